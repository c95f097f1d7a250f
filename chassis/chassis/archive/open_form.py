"""What somebody needs who has an export and not this software: a description, and the schema of every body."""

from pathlib import Path

import msgspec

from contracts.calendar_version import CalendarVersion
from contracts.catalogue import Agency, Procedure
from contracts.fact import fact_types
from contracts.outage import Outage

RECORDS = {"agency": Agency, "procedure": Procedure, "outage": Outage, "calendar": CalendarVersion}
README = """\
# Dữ liệu một cửa, dạng mở

Toàn bộ lịch sử của một hệ thống Motcua tại một thời điểm. Đọc được bằng bất kỳ công cụ nào hiểu JSON; không cần phần mềm đã tạo ra nó.
Có dữ liệu cá nhân: chỉ người được giao nhiệm vụ được mở.

| Thư mục, tệp | Nội dung |
|---|---|
| `topics/<chủ đề>/<phân vùng>.jsonl` | mỗi dòng một sự kiện CloudEvents 1.0 (dạng JSON), đúng thứ tự; nội dung ở `data` |
| `databases/<dịch vụ>/<bảng>.jsonl` | mỗi dòng một hàng của bảng, tên cột là tên trường; `intake/vault.jsonl` giữ dữ liệu cá nhân |
| `files/` | các tệp, theo khóa mà sự kiện nêu (`file.key`), kèm SHA-256 trong sự kiện |
| `schemas/<loại>.json` | JSON Schema của `data` theo `type` |
| `manifest.json` | số bản ghi và giá trị kiểm tra của từng bảng, từng phân vùng; các migration đã chạy |
| `SHA256SUMS` | SHA-256 của từng tệp: `sha256sum -c SHA256SUMS` |

# The same in English

The whole history of a Motcua system at one moment. `topics/`: one CloudEvent (JSON format) a line in the order of its partition; attributes
`partition`, `offset` and `timestamp` (milliseconds since 1970) say where it stood, `data_base64` and `headers` (name, base64) stand where a
record was not plain JSON. `databases/`: one row a line; `bytea` as `\\\\x` and hexadecimal digits. `files/`: objects by key.
The history of a dossier is its events (`subject`) in the order of its partition.
`motcua import-archive` brings all of it into an empty system.
"""


def explain(folder: Path) -> None:
    """Write README.md and the schemas."""
    (folder / "README.md").write_text(README, encoding="utf-8")
    (folder / "schemas").mkdir()
    known = {**fact_types(), **{f"vn.motcua.catalogue.{name}.v1": cls for name, cls in RECORDS.items()}}
    for name, cls in known.items():
        (folder / "schemas" / f"{name}.json").write_bytes(msgspec.json.format(msgspec.json.encode(msgspec.json.schema(cls)), indent=2))


__all__ = ["explain"]
