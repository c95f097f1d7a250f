"""The signature on a result: whole, by whom, when; and that an altered file fails."""

import asyncio
import io
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from forms import (
    NotAReadablePdf,
    SignerMaterial,
    development_certificate,
    is_pdf,
    load_roots,
    render,
    require_pdf,
    result_document,
    sign,
    verify,
)
from tests.forms import samples
from tests.forms.reading_back import words_of


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> SignerMaterial:
    return development_certificate(tmp_path_factory.mktemp("keys") / "signer")


@pytest.fixture(scope="module")
def signed(signer: SignerMaterial) -> bytes:
    return sign(render(samples.result()), signer, reason="Ban hành kết quả", location="Tuyên Quang", at=samples.at(18, 9, 1, month=12))


def locked(user: str, owner: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(render(samples.result()))))
    writer.encrypt(user, owner, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def container(signed: bytes) -> range:
    """The bytes that hold the signature itself, which it cannot cover (ISO 32000-2, 12.8.1)."""
    found = re.search(rb"/ByteRange\s*\[\s*0 (\d+) (\d+) \d+\s*\]", signed)
    assert found
    return range(int(found[1]), int(found[2]))


def accepted(pdf: bytes, signer: SignerMaterial) -> bool:
    try:
        verdict = verify(pdf, signer.trust_roots)
    except NotAReadablePdf:
        return False
    return verdict.intact and verdict.trusted


@pytest.mark.req("RS-08")
def test_a_signed_result_is_whole_trusted_and_says_who_and_when(signed: bytes, signer: SignerMaterial) -> None:
    verdict = verify(signed, signer.trust_roots)
    assert (verdict.intact, verdict.trusted, verdict.why) == (True, True, "")
    assert verdict.signer_common_name == signer.common_name == "Motcua – chữ ký thử nghiệm"
    assert verdict.signing_time == samples.at(18, 9, 1, month=12)
    assert "GIẤY" not in words_of(signed)
    assert "Đồng ý cấp giấy phép xây dựng." in words_of(signed)


@pytest.mark.req("RS-08")
def test_the_first_signatures_of_a_process_may_be_made_and_judged_at_once(tmp_path: Path) -> None:
    """Regression: the library's tables were half full to a second thread, and a result that a clerk issued was answered with 500."""
    done = subprocess.run([sys.executable, "-m", "tests.forms.signing_at_once", str(tmp_path / "signer")], capture_output=True, text=True)
    assert (done.stdout, done.stderr[-1000:]) == ("whole\n", "")


@pytest.mark.req("RS-08")
def test_a_change_of_any_byte_is_noticed(signed: bytes, signer: SignerMaterial) -> None:
    for place in range(20, len(signed), len(signed) // 60):
        altered = signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :]
        assert place in container(signed) or not accepted(altered, signer), place


@pytest.mark.req("RS-08")
def test_the_only_bytes_outside_the_signature_are_those_of_its_own_container(signed: bytes) -> None:
    inside = signed[container(signed).start : container(signed).stop]
    assert set(inside) <= set(b"<>0123456789abcdefABCDEF")
    assert container(signed).stop < len(signed)


@pytest.mark.req("RS-08")
@pytest.mark.parametrize("tail", [b"\n", b"\n% them", b"\n1 0 obj\n<<>>\nendobj\n"])
def test_anything_added_after_the_signature_is_noticed(signed: bytes, signer: SignerMaterial, tail: bytes) -> None:
    verdict = verify(signed + tail, signer.trust_roots)
    assert not verdict.intact
    assert verdict.why == "Tệp đã bị sửa sau khi ký số."


@pytest.mark.req("RS-08")
def test_a_page_added_and_signed_by_another_is_noticed(signed: bytes, signer: SignerMaterial, tmp_path: Path) -> None:
    writer = PdfWriter(io.BytesIO(signed), incremental=True)
    writer.add_blank_page(100, 100)
    out = io.BytesIO()
    writer.write(out)
    stranger = development_certificate(tmp_path / "stranger", "Người lạ")
    again = sign(out.getvalue(), stranger, reason="", location="")
    assert not verify(again, [*signer.trust_roots, *stranger.trust_roots]).intact


@pytest.mark.req("RS-08")
def test_a_stranger_signature_is_whole_but_not_trusted(signed: bytes, tmp_path: Path) -> None:
    stranger = development_certificate(tmp_path / "stranger", "Người lạ")
    verdict = verify(signed, stranger.trust_roots)
    assert (verdict.intact, verdict.trusted) == (True, False)
    assert verdict.why == "Chứng thư số của người ký không được tin cậy."


@pytest.mark.req("RS-08")
def test_the_agency_may_sign_after_the_officer(signed: bytes, signer: SignerMaterial, tmp_path: Path) -> None:
    agency = development_certificate(tmp_path / "agency", "Sở Xây dựng")
    both = sign(signed, agency, reason="Đóng dấu", location="Tuyên Quang")
    verdict = verify(both, [*signer.trust_roots, *agency.trust_roots])
    assert (verdict.intact, verdict.trusted, verdict.signer_common_name) == (True, True, "Sở Xây dựng")
    assert not verify(both, agency.trust_roots).trusted


@pytest.mark.req("RS-08")
def test_what_the_agency_has_signed_already_is_not_signed_again(signed: bytes, signer: SignerMaterial) -> None:
    """Regression: the result of one dossier was signed anew as that of another."""
    with pytest.raises(NotAReadablePdf, match="đã phát hành trước đó"):
        sign(signed, signer, reason="", location="")


@pytest.mark.req("RS-08")
def test_a_file_without_a_signature_is_not_called_whole(signer: SignerMaterial) -> None:
    verdict = verify(render(samples.result()), signer.trust_roots)
    assert (verdict.intact, verdict.trusted, verdict.why) == (False, False, "Tệp chưa được ký số.")


def test_the_generic_result_can_be_signed(signer: SignerMaterial) -> None:
    form = samples.result()
    pdf = result_document(**{name: getattr(form, name) for name in form.__struct_fields__})
    assert pdf == render(form)
    assert verify(sign(pdf, signer, reason="Ban hành", location="Tuyên Quang"), signer.trust_roots).trusted


async def test_signing_runs_in_a_thread_of_an_event_loop(signer: SignerMaterial) -> None:
    pdf = await asyncio.to_thread(sign, render(samples.result()), signer, reason="Ban hành", location="Tuyên Quang")
    assert (await asyncio.to_thread(verify, pdf, signer.trust_roots)).trusted


def test_the_development_certificate_is_made_once_even_by_several_at_a_time(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(lambda _: development_certificate(tmp_path / "deep" / "signer"), range(8)))
    assert len(made) == 1
    folder = tmp_path / "deep" / "signer"
    assert [path.name for path in folder.parent.iterdir()] == ["signer"]
    assert (folder / "signer.key.pem").stat().st_mode & 0o077 == 0
    assert load_roots(folder / "root.pem") == made.pop().trust_roots


def test_a_signer_does_not_show_its_key_when_printed(signer: SignerMaterial) -> None:
    assert repr(signer) == "SignerMaterial('Motcua – chữ ký thử nghiệm')"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "Tệp không phải là tệp PDF."),
        (b"PK\x03\x04 van ban", "Tệp không phải là tệp PDF."),
        (b"<html>%PDF-1.7</html>", "Tệp không phải là tệp PDF."),
        (b"%PDF-1.7\nrac", "Tệp PDF bị hỏng, không đọc được."),
        (render(samples.refusal())[:9000], "Tệp PDF bị hỏng, không đọc được."),
    ],
)
def test_what_is_no_pdf_is_refused_with_a_sentence(data: bytes, why: str) -> None:
    with pytest.raises(NotAReadablePdf) as refused:
        require_pdf(data)
    assert refused.value.why == why
    assert not is_pdf(data)


def test_a_file_with_a_password_is_refused_with_a_sentence() -> None:
    with pytest.raises(NotAReadablePdf) as refused:
        require_pdf(locked("bi-mat", "chu"))
    assert "mật khẩu" in refused.value.why


def test_a_file_that_only_forbids_changes_is_readable_but_not_signed(signer: SignerMaterial) -> None:
    pdf = locked("", "chu")
    assert is_pdf(pdf)
    with pytest.raises(NotAReadablePdf) as refused:
        sign(pdf, signer, reason="", location="")
    assert "khóa" in refused.value.why


def test_every_form_is_a_pdf() -> None:
    assert all(is_pdf(render(form)) for form in samples.EVERY_FORM)
