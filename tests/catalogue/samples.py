"""A small catalogue to decide about: one province, one department, one commune with its police, one complete draft."""

from datetime import date
from typing import Any

from contracts.catalogue import Agency, Level, Provenance

FOUND = {"source": "Luật mẫu, Điều 1", "confidence": "found"}
BEGIN = date(2025, 7, 1)


def agency(code: str, level: Level, *, area: str = "H60", groups: tuple[str, ...] = (), **changes: Any) -> Agency:
    given: dict[str, Any] = {"parent": None, "official": False, "one_stop": False, "valid_from": BEGIN, **changes}
    return Agency(
        code=code, name=code, level=level, area=area, groups=groups, provenance=Provenance(source="s", confidence="ours"), **given
    )


PROVINCE = agency("H60", "province", official=True)
DEPARTMENT = agency("H60.STP", "department", parent="H60")
COMMUNE = agency("H60.02269", "commune", parent="H60", area="H60.02269", groups=("any-commune",), one_stop=True)
OTHER_COMMUNE = agency("H60.02266", "commune", parent="H60", area="H60.02266", groups=("any-commune",), one_stop=True)
POLICE = agency("H60.02269.CA", "vertical", parent="H60", area="H60.02269", groups=("any-commune-police",))
AGENCIES = (PROVINCE, DEPARTMENT, COMMUNE, OTHER_COMMUNE, POLICE)


def draft(**changes: Any) -> dict[str, Any]:
    """A complete draft, as the API or a data file would bring it, with some elements changed."""
    return {
        "code": "1.004873",
        "official_code": True,
        "version": 1,
        "name": "Cấp Giấy xác nhận tình trạng hôn nhân",
        "field": "Hộ tịch",
        "field_code": "G15-TP07",
        "level_of_settlement": "commune",
        "settling": ["any-commune"],
        "service_level": "toàn trình",
        "channels": ["counter", "online", "post"],
        "term": "3wd",
        "term_provenance": FOUND,
        "components": [{"code": "TP01", "name": "Tờ khai"}],
        "components_provenance": FOUND,
        "sets": 1,
        "fee": {"amount_vnd": 15000, "when": "reception", "kind": "le_phi", "provenance": FOUND},
        "form": {"version": 1, "fields": [{"name": "purpose", "label": "Mục đích", "kind": "text"}]},
        "process": process(),
        "result_types": [{"code": "MC-KQ001", "name": "Giấy xác nhận"}],
        "conditions": "Không quy định.",
        "legal_basis": ["Nghị định 123/2015/NĐ-CP"],
        "subjects": ["Cá nhân"],
        "responsibilities": [{"party": "Người nộp hồ sơ", "duty": "Kê khai trung thực."}],
        "decision": decision("Cấp Giấy xác nhận tình trạng hôn nhân"),
        "code_provenance": FOUND,
        "valid_from": "2025-07-01",
        **changes,
    }


def decision(name: str) -> dict[str, Any]:
    return {"reference": "Quyết định mẫu số 01", "announced_name": name, "provenance": FOUND}


def process(**changes: Any) -> dict[str, Any]:
    return {
        "code": "QT-1",
        "version": 1,
        "mode": "single",
        "legs": [leg(1)],
        "steps": [{"name": "Thẩm định", "role": "specialist", "hours": 16}, {"name": "Ký duyệt", "role": "leader", "hours": 8}],
        "approval_number": "01/QĐ",
        "provenance": FOUND,
        **changes,
    }


def leg(order: int, role: str = "settling", term: str = "3wd") -> dict[str, Any]:
    return {"order": order, "agency_role": role, "lead": role == "settling", "task": "Giải quyết", "term": term}
