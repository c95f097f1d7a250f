"""Forms as they come in practice: long names, twelve components, real procedures."""

from datetime import datetime

from forms.data import (
    ApologyAndExtension,
    ControlSlip,
    OutageSheet,
    Receipt,
    Refusal,
    Register,
    ResultDocument,
    StopNotice,
    SupplementRequest,
)
from forms.parts import Component, Defect, DefectItem, Fee, Handover, Issuer, Outcome, Party, RegisterRow, Signature
from forms.words import VN

CODE = "H60.31-261120-0047"
PROCEDURE = "Cấp giấy phép xây dựng mới đối với công trình cấp III, cấp IV và nhà ở riêng lẻ"
LOOKUP = "https://dichvucong.gov.vn/tra-cuu-ho-so?ma=H60.31-261120-0047"
ISSUER = Issuer(
    superior="Ủy ban nhân dân tỉnh Tuyên Quang",
    agency="Trung tâm Phục vụ hành chính công tỉnh",
    place="Tuyên Quang",
    phone="0207 3829 999",
    website="dichvucong.gov.vn",
    contact="bà Lò Thị Ánh Nguyệt",
)
APPLICANT = Party(
    name="Nguyễn Hoàng Phương Quỳnh Trâm Anh",
    id_number="008196004321",
    address="Số nhà 127, ngõ 45, đường Nguyễn Văn Cừ, tổ dân phố Hưng Thành 3, phường Minh Xuân, tỉnh Tuyên Quang",
    phone="0912 345 678",
    email="nguyenhoangphuongquynhtramanh@example.vn",
)
OFFICER = Signature(title="Người tiếp nhận hồ sơ", name="Lò Thị Ánh Nguyệt")
HEAD = Signature(title="Giám đốc", name="Hoàng Văn Đức")
PAPERS = (
    "Đơn đề nghị cấp giấy phép xây dựng theo mẫu",
    "Giấy tờ chứng minh quyền sử dụng đất theo quy định của pháp luật về đất đai",
    "Bản vẽ mặt bằng công trình trên lô đất kèm theo sơ đồ vị trí công trình",
    "Bản vẽ mặt bằng các tầng, các mặt đứng và mặt cắt chính của công trình",
    "Bản vẽ mặt bằng móng và mặt cắt móng kèm theo sơ đồ đấu nối hạ tầng kỹ thuật",
    "Bản cam kết bảo đảm an toàn đối với công trình liền kề",
    "Báo cáo kết quả thẩm định thiết kế xây dựng",
    "Giấy chứng nhận thẩm duyệt về phòng cháy, chữa cháy",
    "Văn bản ý kiến của cơ quan quản lý nhà nước về môi trường",
    "Chứng chỉ hành nghề của chủ nhiệm thiết kế",
    "Hợp đồng ủy quyền có công chứng",
    "Biên lai nộp lệ phí",
)


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=VN)


def receipt(**changes: object) -> Receipt:
    fields: dict[str, object] = {
        "issuer": ISSUER,
        "issued_at": at(20, 9, 7),
        "number": "47/TNHS",
        "code": CODE,
        "procedure": PROCEDURE,
        "procedure_code": "1.013236",
        "applicant": APPLICANT,
        "channel": "trực tiếp tại Bộ phận Một cửa",
        "components": tuple(Component(name=name, originals=1, plain_copies=n % 3) for n, name in enumerate(PAPERS)),
        "term": "20 ngày làm việc",
        "received_at": at(20, 9, 7),
        "due_at": at(21, 17, 0, month=12),
        "derivation": (
            "Thời hạn 20 ngày làm việc, không tính ngày nhận hồ sơ (BLDS 2015 Đ147.2).",
            "Không tính các ngày nghỉ: thứ Bảy và Chủ nhật hằng tuần; thứ Ba 24/11/2026 (Ngày Văn hóa Việt Nam).",
            "Tính theo lịch làm việc vn-2026.1, bộ quy tắc tuyen-quang-2025.",
        ),
        "result_place": "Trung tâm Phục vụ hành chính công tỉnh, nhận trực tiếp và bản điện tử trên Cổng Dịch vụ công quốc gia",
        "fees": (Fee(name="lệ phí cấp giấy phép xây dựng", amount=1_075_000, paid=True),),
        "register_book": "02",
        "register_ordinal": 1847,
        "lookup_url": LOOKUP,
        "officer": OFFICER,
    }
    return Receipt(**{**fields, **changes})  # type: ignore[arg-type]


def supplement_request(**changes: object) -> SupplementRequest:
    fields: dict[str, object] = {
        "issuer": ISSUER,
        "issued_at": at(20, 15, 30),
        "number": "12/HDHS",
        "code": CODE,
        "procedure": PROCEDURE,
        "applicant": APPLICANT,
        "items": (
            DefectItem(component=PAPERS[0], defect=Defect.WRONG, reason="Diện tích ghi 120 m², bản vẽ ghi 102 m²; đề nghị ghi thống nhất."),
            DefectItem(component=PAPERS[1], defect=Defect.ILLEGIBLE, reason="Ảnh chụp mờ, không đọc được số thửa đất."),
            DefectItem(component=PAPERS[5], defect=Defect.MISSING, reason="Công trình có một tường chung với nhà liền kề."),
            DefectItem(component=PAPERS[9], defect=Defect.EXPIRED, reason="Chứng chỉ hết hạn ngày 01/10/2026."),
        ),
        "guidance": "Nộp bổ sung trên Cổng Dịch vụ công quốc gia hoặc tại bất kỳ Trung tâm Phục vụ hành chính công nào của tỉnh.",
        "complete_by": at(7, 23, 59, month=12),
        "lookup_url": LOOKUP,
        "officer": Signature(title="Người hướng dẫn", name="Lò Thị Ánh Nguyệt"),
    }
    return SupplementRequest(**{**fields, **changes})  # type: ignore[arg-type]


def refusal(**changes: object) -> Refusal:
    fields: dict[str, object] = {
        "issuer": ISSUER,
        "issued_at": at(20, 10, 5),
        "number": "3/TCHS",
        "code": CODE,
        "procedure": PROCEDURE,
        "applicant": APPLICANT,
        "submitted_at": at(19, 21, 14),
        "reason": "Thửa đất nằm trong chỉ giới đường đỏ đã được phê duyệt.\n"
        "Hồ sơ không thuộc trường hợp được cấp giấy phép xây dựng có thời hạn.",
        "legal_basis": "Luật Xây dựng 2014, Điều 94",
        "guidance": "Ông/Bà có thể hỏi về quy hoạch tại Sở Xây dựng.",
        "officer": OFFICER,
    }
    return Refusal(**{**fields, **changes})  # type: ignore[arg-type]


def apology(**changes: object) -> ApologyAndExtension:
    fields: dict[str, object] = {
        "issuer": Issuer(superior="Ủy ban nhân dân tỉnh Tuyên Quang", agency="Sở Xây dựng", place="Tuyên Quang"),
        "issued_at": at(17, 8, 15, month=12),
        "number": "8/PXL",
        "addressee": APPLICANT,
        "dossier_type": PROCEDURE,
        "receipt_number": "47/TNHS",
        "code": CODE,
        "state": "đang thẩm định, chờ kết quả kiểm tra thực địa",
        "reason": "mưa lũ làm gián đoạn việc kiểm tra thực địa",
        "received_at": at(20, 9, 7),
        "original_due_at": at(21, 17, 0, month=12),
        "new_due_at": at(29, 17, 0, month=12),
        "lookup_url": LOOKUP,
        "recipients": ("Như trên", "Trung tâm Phục vụ hành chính công tỉnh", "Lưu: VT"),
        "head": HEAD,
    }
    return ApologyAndExtension(**{**fields, **changes})  # type: ignore[arg-type]


def stop_notice(**changes: object) -> StopNotice:
    fields: dict[str, object] = {
        "issuer": ISSUER,
        "issued_at": at(25, 14, 0),
        "number": "5/TBD",
        "code": CODE,
        "procedure": PROCEDURE,
        "applicant": APPLICANT,
        "received_at": at(20, 9, 7),
        "requested_by": APPLICANT.name,
        "requested_at": at(25, 13, 41),
        "stopped_at": at(25, 14, 0),
        "reason": "Người nộp thay đổi thiết kế công trình.",
        "returned_papers": PAPERS[1:4],
        "fee_decision": "Lệ phí 1.075.000 đồng chưa sử dụng được hoàn trả theo quy định của pháp luật về phí, lệ phí.",
        "officer": OFFICER,
    }
    return StopNotice(**{**fields, **changes})  # type: ignore[arg-type]


def handover(n: int) -> Handover:
    return Handover(
        giver="Trung tâm Phục vụ hành chính công tỉnh" if n % 2 == 0 else "Sở Xây dựng, Phòng Quản lý xây dựng",
        giver_officer="nguyet01",
        given_at=at(20 + n % 8, 9, 30),
        receiver="Sở Xây dựng, Phòng Quản lý xây dựng" if n % 2 == 0 else "Trung tâm Phục vụ hành chính công tỉnh",
        receiver_officer="khai02",
        received_at=at(20 + n % 8, 10, 2),
        due_at=at(20 + n % 8, 17, 0),
        outcome=(Outcome.EARLY, Outcome.ON_TIME, Outcome.LATE)[n % 3],
        note="đã xử lý",
    )


def control_slip(rows: int = 3) -> ControlSlip:
    waiting = Handover(giver="Sở Xây dựng", given_at=at(28, 8, 0), receiver="UBND phường Minh Xuân", note="đang xử lý")
    return ControlSlip(
        issuer=ISSUER,
        issued_at=at(30, 7, 45),
        code=CODE,
        procedure=PROCEDURE,
        applicant=APPLICANT,
        received_at=at(20, 9, 7),
        due_at=at(21, 17, 0, month=12),
        handovers=(*(handover(n) for n in range(rows)), waiting),
    )


def register(rows: int = 30) -> Register:
    return Register(
        issuer=ISSUER,
        issued_at=at(31, 17, 0, month=12),
        year=2026,
        book=2,
        rows=tuple(register_row(n) for n in range(1, rows + 1)),
        closed_at=at(31, 17, 0, month=12),
        keeper=HEAD,
    )


def register_row(n: int) -> RegisterRow:
    return RegisterRow(
        ordinal=n,
        code=f"H60.31-261120-{n:04}",
        procedure=PROCEDURE,
        applicant=APPLICANT,
        lead_agency="Sở Xây dựng",
        received_at=at(20, 9, 7),
        due_at=at(21, 17, 0, month=12),
        transferred_at=at(20, 9, 30),
        result_received_at=at(18, 10, 0, month=12),
        returned_at=at(21, 8, 0, month=12) if n % 2 else None,
        way_of_return="trực tiếp",
    )


def result(**changes: object) -> ResultDocument:
    fields: dict[str, object] = {
        "issuer": Issuer(superior="Ủy ban nhân dân tỉnh Tuyên Quang", agency="Sở Xây dựng", place="Tuyên Quang"),
        "issued_at": at(18, 9, 0, month=12),
        "number": "231/GPXD",
        "code": CODE,
        "procedure": PROCEDURE,
        "applicant": APPLICANT,
        "decision": "Đồng ý cấp giấy phép xây dựng.",
        "head": HEAD,
    }
    return ResultDocument(**{**fields, **changes})  # type: ignore[arg-type]


def outage_sheet(count: int = 20) -> OutageSheet:
    return OutageSheet(
        issuer=ISSUER,
        issued_at=at(20, 9, 0),
        day="23/11/2026",
        settling="Ủy ban nhân dân phường Minh Xuân",
        codes=tuple(f"H60.31-261123-{9000 + n}" for n in range(1, count + 1)),
    )


EVERY_FORM = (
    receipt(),
    supplement_request(),
    refusal(),
    apology(),
    stop_notice(),
    control_slip(),
    register(),
    outage_sheet(),
    result(),
)
