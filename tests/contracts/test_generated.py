"""The generator: what it finds stale, what it never touches, how it reads marks."""

import ast
from pathlib import Path

from tests.generated import conformance, law, refusals
from tests.generated.__main__ import ROOT, stale, write
from worktime import rule_sets


def test_a_changed_a_missing_and_an_orphaned_file_are_stale_and_mended(tmp_path: Path) -> None:
    orphan = tmp_path / "contracts/schemas/old.json"
    orphan.parent.mkdir(parents=True)
    orphan.write_text("{}", "utf-8")
    (tmp_path / "changed.md").write_text("before", "utf-8")
    files = {"changed.md": "after", "new/one.md": "text"}
    assert stale(tmp_path, files) == ["changed.md", "contracts/schemas/old.json", "new/one.md"]
    write(tmp_path, files)
    assert stale(tmp_path, files) == []
    assert not orphan.exists()


def test_marks_of_functions_classes_and_modules_are_found() -> None:
    source = """
pytestmark = pytest.mark.req("AA-01")
@pytest.mark.req("AA-02", "AA-03")
def test_one(): ...
@pytest.mark.req("AA-04")
class TestMany:
    @pytest.mark.parametrize("x", ["ZZ-99"])
    async def test_two(self): ...
def sample(): ...
"""
    found = sorted(conformance._marked(ast.parse(source)))
    assert found == [("AA-01", "test_one"), ("AA-01", "test_two"), ("AA-02", "test_one"), ("AA-03", "test_one"), ("AA-04", "test_two")]


def test_a_row_without_tests_says_so() -> None:
    page = conformance.page({"AA-01": "Codes are unique", "AA-02": "Facts stay"}, {"AA-01": ["`a.py`: codes are unique"]})
    assert "| AA-01 | Codes are unique | `a.py`: codes are unique |" in page
    assert "| AA-02 | Facts stay | no test yet |" in page
    assert "1 of 2 rows have tests." in page


def test_every_setting_and_every_cited_point_stands_on_the_page_of_the_law() -> None:
    rules = law.told(ROOT / law.RULES)
    points = law.cited(ROOT / law.RULES)
    assert law.missing(rules, rule_sets(), points) == []
    untold = [rule for rule in rules if rule.conflict != 4]
    assert law.missing(untold, rule_sets(), points) == ["extension_divisor", "extension_lead"]


MODULE = """
from processing.domain import assignment
from processing.domain.guards import STOP

OWN = "NĐ 1 Điều 2"

def act(law, day, refused):
    why = f"Đến {day}."
    raise Refused(why, article=OWN)
    raise Refused("Dừng.", article=STOP)
    raise Refused("Việc.", article=assignment.WORK)
    raise Refusal("Một lần.", law.article("extension_once", OWN))
    raise Refused(refused.why, article=refused.article)
"""


def test_a_refusal_is_read_with_its_words_and_its_article() -> None:
    constants = {"processing.domain.guards.STOP": "NĐ 3 Điều 4", "processing.domain.assignment.WORK": "QĐ 5 Điều 6"}
    assert list(refusals.of_module(ast.parse(MODULE), constants)) == [
        ("NĐ 1 Điều 2", "Đến ‹…›."),
        ("NĐ 3 Điều 4", "Dừng."),
        ("QĐ 5 Điều 6", "Việc."),
        ("as the rule set says (`extension_once`)", "Một lần."),
    ]
