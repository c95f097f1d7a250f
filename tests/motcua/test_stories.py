"""The twelve stories, told in memory by the same scripts that `motcua play --story` tells over the running system."""

from pathlib import Path

import pytest

from motcua.play.stories import STORIES
from motcua.play.stories.tale import Tale
from tests.motcua.town import memory_stage


@pytest.mark.parametrize("name", STORIES)
def test_the_history_is_as_the_story_says(name: str, tmp_path: Path) -> None:
    tale = Tale(memory_stage(tmp_path), list(STORIES).index(name))
    STORIES[name](tale)
    assert tale.history
