"""Invented people: Vietnamese names, addresses and numbers that belong to nobody."""

import random
from datetime import date, timedelta

from contracts.catalogue import FormField, Procedure

FAMILY = ("Nguyễn", "Trần", "Lê", "Hoàng", "Phạm", "Nông", "Ma", "Hà", "Lý", "Vàng", "Giàng", "Triệu", "Đặng", "Bùi", "Quan", "Chẩu")
MIDDLE = ("Văn", "Thị", "Minh", "Thu", "Đức", "Ngọc", "Hữu", "Xuân", "Thanh", "Quốc", "Kim", "Mai")
GIVEN = (
    "An",
    "Bình",
    "Chiến",
    "Dung",
    "Giang",
    "Hạnh",
    "Hùng",
    "Khánh",
    "Lan",
    "Linh",
    "Nga",
    "Phúc",
    "Quyên",
    "Sơn",
    "Thảo",
    "Tuấn",
    "Yến",
)
PLACES = ("thôn Nà Tông", "tổ 5", "thôn Bản Luông", "xóm Đồng Mon", "tổ dân phố 12", "thôn Khuổi Củng")
OLDEST, YOUNGEST = date(1950, 1, 1), date(2005, 12, 31)


def full_name(dice: random.Random) -> str:
    return f"{dice.choice(FAMILY)} {dice.choice(MIDDLE)} {dice.choice(GIVEN)}"


def form_of(procedure: Procedure, dice: random.Random) -> dict[str, str]:
    """A filled form of the procedure; optional fields are left out now and then."""
    wanted = [field for field in procedure.form.fields if field.required or dice.random() < 0.6]
    return {field.name: _value(field, dice) for field in wanted}


def _value(field: FormField, dice: random.Random) -> str:
    if field.choices:
        return dice.choice(field.choices)
    match field.kind:
        case "date":
            return (OLDEST + timedelta(days=dice.randrange((YOUNGEST - OLDEST).days))).isoformat()
        case "number":
            return str(dice.randint(1, 500))
        case "id-number":
            return f"008{dice.randrange(10**9):09}"
        case "phone":
            return f"09{dice.randrange(10**8):08}"
        case "email":
            return f"nguoidan{dice.randrange(10**6)}@example.vn"
    return full_name(dice) if "name" in field.name else f"{dice.choice(PLACES)}, số {dice.randint(1, 200)}"
