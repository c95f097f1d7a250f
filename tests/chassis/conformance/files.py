"""What every place for files must do."""

import hashlib
from dataclasses import dataclass

import msgspec
import pytest

from chassis.files import DamagedFile, Files
from chassis.ids import new_id

PDF = b"%PDF-1.7\n\x00\xff"


@dataclass
class Place:
    """A store of files, and a way behind its back."""

    files: Files

    def overwrite(self, key: str, content: bytes) -> None:
        import obstore

        obstore.put(self.files._store, key, content)  # type: ignore[arg-type]

    def forget(self) -> None:
        """As in another process: nothing is remembered, the store itself is asked."""
        self.files._seen.clear()


class FilesConformance:
    """Needs a fixture `place`: an empty `Place`."""

    def test_a_file_comes_back_byte_for_byte_under_a_key_that_names_nobody(self, place: Place) -> None:
        dossier = new_id()
        ref = place.files.put(dossier, "upload", PDF, "application/pdf")
        assert place.files.get(ref) == PDF
        assert (ref.size, ref.digest, ref.media_type) == (len(PDF), hashlib.sha256(PDF).hexdigest(), "application/pdf")
        assert ref.key == f"dossiers/{dossier}/upload/{ref.digest}"

    def test_the_same_content_twice_is_one_object_and_other_content_another(self, place: Place) -> None:
        dossier = new_id()
        first, again, other = (place.files.put(dossier, "upload", c, "application/pdf") for c in (PDF, PDF, PDF + b"x"))
        assert first == again
        assert first.key != other.key
        assert (place.files.get(first), place.files.get(other)) == (PDF, PDF + b"x")

    def test_an_empty_file_is_a_file(self, place: Place) -> None:
        ref = place.files.put(new_id(), "upload", b"", "application/pdf")
        place.forget()
        assert (place.files.get(ref), place.files.has(ref)) == (b"", True)

    def test_a_file_that_was_changed_behind_its_back_is_not_given_out(self, place: Place) -> None:
        ref = place.files.put(new_id(), "upload", PDF, "application/pdf")
        place.overwrite(ref.key, PDF[::-1])
        with pytest.raises(DamagedFile):
            place.files.get(ref)

    def test_what_was_never_stored_is_not_there(self, place: Place) -> None:
        ref = place.files.put(new_id(), "upload", PDF, "application/pdf")
        gone = msgspec.structs.replace(ref, key=ref.key.replace("upload", "elsewhere"))
        assert place.files.has(ref)
        place.forget()
        assert place.files.has(ref)
        assert not place.files.has(gone)
        with pytest.raises(FileNotFoundError):
            place.files.get(gone)

    def test_a_reference_that_was_made_up_about_a_stored_object_is_not_taken(self, place: Place) -> None:
        ref = place.files.put(new_id(), "upload", PDF, "application/pdf")
        for digest in ("0" * 64, ref.digest[:32] + "0" * 32):
            assert not place.files.has(msgspec.structs.replace(ref, digest=digest))
        assert not place.files.has(msgspec.structs.replace(ref, size=ref.size + 1))

    def test_a_reference_with_another_type_than_the_objects_is_not_taken(self, place: Place) -> None:
        """Regression: a PDF was filed as an image, because the command said so."""
        ref = place.files.put(new_id(), "upload", PDF, "application/pdf")
        for other in ("image/png", "image/jpeg", "text/html"):
            assert not place.files.has(msgspec.structs.replace(ref, media_type=other))
        short = place.files.put(new_id(), "upload", b"%PDF-", "application/pdf")
        place.forget()
        assert place.files.has(short)

    def test_a_file_that_was_there_is_not_asked_for_again(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        ref = place.files.put(new_id(), "upload", PDF, "application/pdf")
        place.forget()
        assert place.files.has(ref)

        def away(*_: object, **__: object) -> None:
            raise AssertionError

        monkeypatch.setattr("obstore.get", away)
        assert place.files.has(ref)
