"""No state and no date of a kept history changes without a declared change of a rule."""

from pathlib import Path

import pytest

from motcua.play.stories import STORIES
from tests.histories import as_known_then, declared, kept, outline, states, tell, versions

HOW = (
    "What a history says has changed. If no rule did, the code is wrong; if one did, keep a new version with its article: "
    "python -m tests.histories {story} --rule … --article …"
)
KEPT = [(story, version) for story in STORIES for version in versions(story)]


def test_every_story_has_a_kept_history() -> None:
    assert [story for story in STORIES if not versions(story)] == []


@pytest.mark.req("OP-04", "TR-08")
@pytest.mark.parametrize(("story", "version"), KEPT)
def test_a_kept_history_leads_to_the_same_states_for_ever(story: str, version: int) -> None:
    records, then = kept(story, version)
    assert as_known_then(states(records), then) == then, HOW.format(story=story)


@pytest.mark.parametrize("story", STORIES)
def test_the_story_told_today_has_the_facts_and_dates_of_its_newest_kept_history(story: str, tmp_path: Path) -> None:
    records, _ = kept(story, versions(story)[-1])
    assert outline(tell(story, tmp_path)) == outline(records), HOW.format(story=story)


def test_every_later_version_is_declared_with_its_rule_and_article() -> None:
    said = {(change["story"], change["version"]) for change in declared() if change["rule"] and change["article"]}
    assert said == {(story, version) for story, version in KEPT if version > 1}
