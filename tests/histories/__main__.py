"""`python -m tests.histories STORY --rule … --article …`: declare a change of law that gives a story another history."""

import argparse
import json
from pathlib import Path
from tempfile import TemporaryDirectory

from motcua.play.stories import STORIES
from tests.histories import CHANGES, keep, tell, versions


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("story", choices=[*STORIES])
    parser.add_argument("--rule", default="")
    parser.add_argument("--article", default="")
    asked = parser.parse_args()
    number = max(versions(asked.story), default=0) + 1
    if number > 1 and not (asked.rule and asked.article):
        parser.error("a new version needs --rule and --article: what changed, and by which article")
    with TemporaryDirectory() as folder:
        keep(asked.story, number, tell(asked.story, Path(folder)))
    if number > 1:
        words = {"story": asked.story, "version": number, "rule": asked.rule, "article": asked.article}
        with open(CHANGES, "a", encoding="utf-8") as file:
            file.write("\n[[change]]\n" + "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in words.items()))
    print(f"{asked.story}: version {number}")


if __name__ == "__main__":
    main()
