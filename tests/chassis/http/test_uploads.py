"""Uploads from hell: what is kept is a PDF, JPEG or PNG that opens, however it is named and however large it would unpack."""

import io
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from pypdf import PdfWriter

from chassis.clock import VirtualClock
from chassis.files import Files
from chassis.http import Api, Auth, Command, create_app
from chassis.http.middleware import MAX_JSON
from chassis.http.problem import ProblemError
from chassis.http.uploads import MAX_FILE, FileIn, add_upload_route, folder_of, must_be_own, must_be_theirs
from chassis.store.memory import MemoryDatabase
from chassis.telemetry.metrics import Metrics
from chassis.tokens import Caller, Keys, issue
from tests.chassis.http.given import problem
from tests.chassis.sample import NOW

PDF = b"%PDF-1.7\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
async def door(keys: Path, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    async def fine() -> dict[str, object]:
        return {"ok": True}

    app: FastAPI = create_app("sample", "1", Metrics("sample"), fine, fine)
    app.state.max_body = MAX_FILE + 1024 * 1024
    auth = Auth(Keys((keys / "jwks.json").as_uri(), "motcua-development", "motcua", production=False))
    store, clock = MemoryDatabase("sample"), VirtualClock(NOW)
    add_upload_route(Api(app, store, clock, auth, Command(store, clock)), Files(str(folder)), ["clerk", "citizen"])
    headers = {"Authorization": f"Bearer {issue(keys, 'clerk-1', ['clerk'])}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sample", headers=headers) as client:
        yield client


async def sent(door: httpx.AsyncClient, content: bytes, name: str = "đơn.pdf") -> httpx.Response:
    return await door.post("/files", files={"file": (name, content)})


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"", 422), (b"PK\x03\x04 a zip", 415), (b"MZ a program", 415), (b"<svg onload=x>", 415), (b" %PDF-1.7", 415), (b"x" * 5, 415)],
)
async def test_nothing_and_another_type_are_refused_whatever_the_name_says(
    door: httpx.AsyncClient, folder: Path, content: bytes, status: int
) -> None:
    assert problem(await sent(door, content), status)["field"] == "file"
    assert kept(folder) == []


async def test_a_file_that_comes_as_json_is_told_how_files_are_sent(door: httpx.AsyncClient) -> None:
    told = problem(await door.post("/files", json={"file": "JVBERi0="}), 415)
    assert told["field"] == "file" and "multipart/form-data" in told["detail"]
    assert problem(await door.post("/files", files={"other": ("a.pdf", PDF)}), 422)["field"] == "file"


async def test_of_two_files_at_once_none_is_left_out_silently(door: httpx.AsyncClient, folder: Path) -> None:
    told = problem(await door.post("/files", files=[("file", ("a.pdf", PDF)), ("file", ("b.png", PNG))]), 422)
    assert (told["field"], told["detail"]) == ("file", "Mỗi lần chỉ tải lên một tệp.")
    assert kept(folder) == []


@pytest.mark.parametrize("content", [b"%PDF-", b"%PDF-1.7\n1 0 obj"])
async def test_a_pdf_that_was_cut_off_is_told_to_its_sender_and_not_to_the_officer(
    door: httpx.AsyncClient, folder: Path, content: bytes
) -> None:
    assert "bị cắt cụt" in problem(await sent(door, content), 422)["detail"]
    assert kept(folder) == []


def locked(password: str) -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.encrypt(password, "owner", algorithm="AES-256")
    writer.write(out)
    return out.getvalue()


async def test_a_pdf_with_a_password_is_refused_and_one_that_only_forbids_printing_is_taken(door: httpx.AsyncClient, folder: Path) -> None:
    """Regression: the officer at the desk was the first to find out."""
    assert "mật khẩu" in problem(await sent(door, locked("secret")), 422)["detail"]
    assert kept(folder) == []
    assert (await sent(door, locked(""))).status_code == 201


async def test_a_pdf_that_speaks_of_a_password_and_cannot_be_read_is_refused_as_damaged(door: httpx.AsyncClient, folder: Path) -> None:
    """Regression: a locked file without its `startxref`, which some readers mend and ask for the password then, was kept."""
    for damaged in (locked("secret").replace(b"startxref", b"startnone"), PDF + b"/Encrypt 1 0 R"):
        assert "bị hỏng" in problem(await sent(door, damaged), 422)["detail"]
    assert kept(folder) == []


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "/etc/passwd", "..\\..\\boot.ini", "a\u202efdp.exe", "x" * 255, "a\r\nX: y.pdf", "CON", "~", "%00.pdf"]
)
async def test_a_name_from_hell_is_not_kept_and_leads_nowhere(door: httpx.AsyncClient, folder: Path, name: str) -> None:
    answer = await sent(door, PDF, name)
    assert answer.status_code == 201, answer.text
    assert FileIn(**answer.json()).key.startswith("dossiers/")
    (file,) = kept(folder)
    assert file.resolve().is_relative_to(folder.resolve())
    assert name not in answer.text


async def test_two_hundred_megabytes_are_refused_after_the_limit_and_not_read_to_their_end(door: httpx.AsyncClient, folder: Path) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        yield b'--limit\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7\n'
        for _ in range(200):
            read += 1
            yield b"x" * 1024 * 1024

    headers = {"Content-Type": "multipart/form-data; boundary=limit"}
    problem(await door.post("/files", content=endless(), headers=headers | {"Content-Length": str(200 * 1024 * 1024)}), 413)
    problem(await door.post("/files", content=endless(), headers=headers | {"Content-Length": "100"}), 413)
    assert kept(folder) == []


@pytest.mark.parametrize("kind", ["pdf", "png"])
async def test_a_bomb_is_kept_as_it_is_and_never_unpacked(door: httpx.AsyncClient, folder: Path, kind: str) -> None:
    """200 MB of nothing in 200 kB."""
    squeezed = zlib.compress(b"\x00" * 200_000_000, 9)
    body = b"1 0 obj <</Filter/FlateDecode/Length %d>> stream\n" % len(squeezed) + squeezed + b"\nendstream endobj\n%%EOF\n"
    bomb = b"%PDF-1.7\n" + body if kind == "pdf" else PNG + (len(squeezed)).to_bytes(4, "big") + b"IDAT" + squeezed
    tracemalloc.start()
    answer = await sent(door, bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer.status_code == 201
    assert peak < 20 * len(bomb)
    assert kept(folder)[0].stat().st_size == len(bomb)


async def test_what_a_citizen_sent_lies_under_a_mark_that_does_not_tell_the_account(door: httpx.AsyncClient, keys: Path) -> None:
    door.headers["Authorization"] = f"Bearer {issue(keys, 'citizen-1', ['citizen'])}"
    answer = (await sent(door, PDF)).json()
    mine, other = (Caller(subject, frozenset({"citizen"}), frozenset()) for subject in ("citizen-1", "citizen-2"))
    file, officer = FileIn(**answer).ref(), Caller("officer-1", frozenset({"one-stop"}), frozenset())
    assert folder_of(mine.subject) in file.key and "citizen-1" not in file.key
    must_be_theirs(file, mine, "file")
    must_be_theirs(file, officer, "file")
    with pytest.raises(ProblemError) as refused:
        must_be_theirs(file, other, "attachments.0.file")
    assert (refused.value.status, refused.value.field) == (422, "attachments.0.file")
    with pytest.raises(ProblemError):
        must_be_own(file, officer, "file")


def test_half_a_digest_is_no_digest() -> None:
    """Regression: the pattern of a key's end had been given to the digest too."""
    key = f"dossiers/{uuid4()}/upload/{'0' * 32}"
    with pytest.raises(ValueError, match="digest"):
        FileIn(key=key, digest="0" * 32, size=len(PDF), media_type="application/pdf")


async def test_a_key_that_was_not_given_out_names_no_file(folder: Path) -> None:
    files = Files(str(folder))
    files.put(uuid4(), "upload", PDF, "application/pdf")
    for key in ("../upload", f"dossiers/{uuid4()}/upload/../../x", f"dossiers/{uuid4()}/upload/{'0' * 32}"):
        try:
            named = FileIn(key=key, digest="0" * 64, size=len(PDF), media_type="application/pdf")
        except ValueError:
            continue
        assert not files.has(named.ref())


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=limit"])
async def test_of_a_stranger_no_more_than_a_little_is_read(door: httpx.AsyncClient, kind: str) -> None:
    """Regression: 19 MB of JSON without a token were read and looked through for ten seconds, in which nobody was answered."""
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b"1," * 1000

    for token in ("", "Bearer nobody"):
        for length in ({"Content-Length": str(70 * 1024)}, {"Transfer-Encoding": "chunked"}):
            headers = {"Content-Type": kind, "Authorization": token, **length}
            problem(await door.post("/files", content=endless(), headers=headers), 401)
    assert not read


async def test_what_is_no_upload_is_read_up_to_a_megabyte_where_uploads_may_be_larger(door: httpx.AsyncClient) -> None:
    for size, status in ((MAX_JSON, 415), (MAX_JSON + 1, 413)):
        problem(await door.post("/files", content=b" " * size, headers={"Content-Type": "application/json"}), status)
