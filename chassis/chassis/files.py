"""Files go through `obstore`: a folder by default, S3 by address. Keys carry no names."""

import errno
import hashlib
import re
import shutil
import threading
from pathlib import Path
from uuid import UUID

import obstore
from cachetools import LRUCache
from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore, from_url

from chassis.errors import Full, Retry
from contracts.fact import FileRef

SIGNATURES = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
"""How a file of each type begins."""
BEGINNING = max(map(len, SIGNATURES))
SEEN = 10_000
"""Files of which a process remembers that they are there: what was uploaded a moment ago is named by a command now."""
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class Files:
    """An object store; `place` is a folder, `memory:`, or an address obstore knows (`s3://bucket/prefix`)."""

    def __init__(self, place: str) -> None:
        self._folder: Path | None = None
        self._seen: LRUCache[FileRef, bool] = LRUCache(SEEN)
        self._lock = threading.Lock()
        if place == "memory:":
            self._store: object = MemoryStore()
        elif "://" in place:
            self._store = from_url(place)
        else:
            self._folder = Path(place)
            self._folder.mkdir(parents=True, exist_ok=True)
            self._store = LocalStore(prefix=place)

    def room(self) -> int | None:
        """Bytes left where the files are kept; None where nobody can tell."""
        return shutil.disk_usage(self._folder).free if self._folder else None

    def put(self, dossier: UUID, name: str, content: bytes, media_type: str) -> FileRef:
        """Store bytes under the dossier; the same content under the same name is the same object. Raises `Full`, `Retry`."""
        digest = hashlib.sha256(content).hexdigest()
        key = f"dossiers/{dossier}/{name}/{digest}"
        try:
            obstore.put(self._store, key, content)  # type: ignore[arg-type]
        except (OSError, BaseError) as problem:
            raise _no_room_or_away(problem) from problem
        ref = FileRef(key=key, digest=digest, size=len(content), media_type=media_type)
        self._remember(ref)
        return ref

    def has(self, ref: FileRef) -> bool:
        """Whether an object of this key, size and type is there, and the key speaks of this digest; one request, of a few bytes.

        Files are never changed or taken away, so one that was there is not asked for again.
        """
        with self._lock:
            if ref in self._seen:
                return True
        there = self._is_there(ref)
        if there:
            self._remember(ref)
        return there

    def _remember(self, ref: FileRef) -> None:
        with self._lock:
            self._seen[ref] = True

    def _is_there(self, ref: FileRef) -> bool:
        if not ref.digest.startswith(ref.key.rsplit("/", 1)[-1]):  # the keys of older files have half of it
            return False
        try:
            if ref.size == 0:
                return obstore.head(self._store, ref.key)["size"] == 0  # type: ignore[arg-type]
            found = obstore.get(self._store, ref.key, options={"range": (0, BEGINNING)})  # type: ignore[arg-type]
        except FileNotFoundError:
            return False
        return found.meta["size"] == ref.size and type_of(bytes(found.bytes())) == ref.media_type

    def get(self, ref: FileRef) -> bytes:
        """The bytes of a file, checked against its digest. Raises `FileNotFoundError`, `DamagedFile`."""
        content = bytes(obstore.get(self._store, ref.key).bytes())  # type: ignore[arg-type]
        if hashlib.sha256(content).hexdigest() != ref.digest:
            raise DamagedFile(ref.key)
        return content


def type_of(beginning: bytes) -> str | None:
    """The media type of a file that begins so; None for one that is not taken."""
    return next((media_type for signature, media_type in SIGNATURES.items() if beginning.startswith(signature)), None)


def _no_room_or_away(problem: Exception) -> Retry:
    """obstore gives the system's number of an error only in its text."""
    numbers = {getattr(problem, "errno", None)} | {int(found) for found in re.findall(r"\(os error (\d+)\)", str(problem))}
    return Full("files") if numbers & FULL else Retry("files")


class DamagedFile(Exception):
    """The stored bytes are not those the fact speaks of."""
