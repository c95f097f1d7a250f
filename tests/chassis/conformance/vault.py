"""What every vault must do, for the services that put words there and read them back."""

import hashlib
from typing import Any

import msgspec
import pytest

from chassis.errors import Stop
from chassis.ids import new_id
from chassis.vault import MOST_AT_ONCE, PURPOSES, Vault
from contracts.fact import VaultRef

AT = "2026-03-02T01:00:00Z"
"""Words that look like a moment, which answers otherwise tell in the time of Viet Nam."""
WORDS = {"reason": "Thiếu bản sao căn cước của bà Nguyễn Thị Ngọc Ánh", "items": [{"n": 1, "text": "“nháy” \\ \n"}]}


class VaultConformance:
    """Needs a fixture `vault`: an empty `Vault`."""

    def test_words_come_back_as_they_were_put(self, vault: Vault) -> None:
        assert vault.get(vault.put(new_id(), "reason", WORDS), "render") == WORDS

    def test_each_put_has_a_key_of_its_own_and_a_digest_that_cannot_be_guessed(self, vault: Vault) -> None:
        dossier = new_id()
        first, second = vault.put(dossier, "reason", WORDS), vault.put(dossier, "reason", WORDS)
        assert first.key != second.key
        assert first.digest != second.digest
        assert hashlib.sha256(msgspec.json.encode(WORDS, order="deterministic")).hexdigest() not in (first.digest, second.digest)

    def test_a_reference_tells_nothing_of_the_words(self, vault: Vault) -> None:
        ref = vault.put(new_id(), "reason", WORDS)
        assert "Nguyễn" not in repr(ref)

    def test_what_was_erased_or_never_put_is_none(self, vault: Vault) -> None:
        assert vault.get(VaultRef(key=str(new_id()), digest="0" * 64), "render") is None

    @pytest.mark.parametrize("content", [{}, {"deep": {"er": [1.5, True, None]}}, {"": ""}])
    def test_any_object_may_be_kept(self, vault: Vault, content: dict[str, object]) -> None:
        assert vault.get(vault.put(new_id(), "note", content), "handle") == content

    @pytest.mark.parametrize("content", ["words", ["words"], None, 7])
    def test_what_is_not_an_object_is_a_bug(self, vault: Vault, content: Any) -> None:
        with pytest.raises(Stop):
            vault.put(new_id(), "note", content)

    def test_only_the_known_purposes_open_it(self, vault: Vault) -> None:
        """Regression: the control slip asked for a purpose of its own, which memory gave and the real vault refused."""
        ref = vault.put(new_id(), "reason", WORDS)
        assert {purpose: vault.get(ref, purpose) for purpose in PURPOSES} == dict.fromkeys(PURPOSES, WORDS)
        with pytest.raises(Stop):
            vault.get(ref, "curiosity")

    def test_several_are_read_together_and_what_was_erased_is_left_out(self, vault: Vault) -> None:
        refs = [vault.put(new_id(), "form", {"number": number, "at": AT}) for number in range(MOST_AT_ONCE + 1)]
        erased = VaultRef(key=str(new_id()), digest="0" * 64)
        found = vault.get_many([*refs, erased, refs[0]], "notify")
        assert found == {ref.key: {"number": number, "at": AT} for number, ref in enumerate(refs)}

    def test_nothing_is_read_for_nobody_and_nothing_for_curiosity(self, vault: Vault) -> None:
        assert vault.get_many([], "notify") == {}
        with pytest.raises(Stop):
            vault.get_many([vault.put(new_id(), "form", WORDS)], "curiosity")
