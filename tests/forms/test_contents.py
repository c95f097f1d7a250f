"""What stands on each form."""

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
import pytest

from forms import AnyForm, Party, Signature, render
from tests.forms import samples
from tests.forms.reading_back import printed

TITLES = {
    "Receipt": "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
    "SupplementRequest": "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
    "Refusal": "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ",
    "ApologyAndExtension": "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT",
    "StopNotice": "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ",
    "ControlSlip": "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ",
    "Register": "SỔ THEO DÕI HỒ SƠ",
    "OutageSheet": "SỔ TIẾP NHẬN HỒ SƠ KHI HỆ THỐNG GẶP SỰ CỐ",
    "ResultDocument": "KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH",
}


@pytest.mark.parametrize("form", samples.EVERY_FORM, ids=lambda form: type(form).__name__)
def test_every_form_names_the_state_the_agency_itself_and_its_date(form: AnyForm) -> None:
    text = printed(form)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "Độc lập - Tự do - Hạnh phúc" in text
    assert form.issuer.agency.upper() in text
    assert TITLES[type(form).__name__] in text
    assert f"Tuyên Quang, ngày {form.issued_at:%d} tháng {form.issued_at:%m} năm 2026" in text


@pytest.mark.req("IN-29")
@pytest.mark.parametrize(
    "words",
    [
        "Số: 47/TNHS",
        "Mã hồ sơ: H60.31-261120-0047",
        "Tiếp nhận hồ sơ của: Nguyễn Hoàng Phương Quỳnh Trâm Anh",
        "Số định danh/giấy tờ: 008196004321",
        "tổ dân phố Hưng Thành 3, phường Minh Xuân",
        "0912 345 678",
        "nguyenhoangphuongquynhtramanh@example.vn",
        "Hình thức nộp: trực tiếp tại Bộ phận Một cửa",
        "Cấp giấy phép xây dựng mới đối với công trình cấp III, cấp IV và nhà ở riêng lẻ",
        "số lượng hồ sơ: 1 bộ",
        "Thời gian giải quyết hồ sơ theo quy định: 20 ngày làm việc",
        "Thời gian nhận hồ sơ: 09 giờ 07 phút, ngày 20 tháng 11 năm 2026",
        "Thời gian trả kết quả giải quyết hồ sơ: 17 giờ 00 phút, ngày 21 tháng 12 năm 2026",
        "không tính ngày nhận hồ sơ (BLDS 2015 Đ147.2)",
        "Nơi và cách nhận kết quả: Trung tâm Phục vụ hành chính công tỉnh, nhận trực tiếp",
        "lệ phí cấp giấy phép xây dựng 1.075.000 đồng (đã nộp)",
        "Vào Sổ theo dõi hồ sơ, quyển số 02, số thứ tự 1847",
        "https://dichvucong.gov.vn/tra-cuu-ho-so?ma=H60.31-261120-0047",
        "điện thoại 0207 3829 999",
        "NGƯỜI NỘP HỒ SƠ",
        "NGƯỜI TIẾP NHẬN HỒ SƠ",
        "Lò Thị Ánh Nguyệt",
    ],
)
def test_the_receipt_says(words: str) -> None:
    assert words in printed(samples.receipt())


@pytest.mark.req("IN-29")
def test_the_receipt_lists_every_component() -> None:
    text = printed(samples.receipt())
    assert all(paper in text for paper in samples.PAPERS)


@pytest.mark.req("IN-29")
def test_the_person_who_hands_in_for_another_signs_the_receipt() -> None:
    text = printed(samples.receipt(submitter=Party(name="Triệu Mùi Pham", id_number="008090001111")))
    assert "Người nộp thay (được ủy quyền): Triệu Mùi Pham" in text
    assert text.count("Triệu Mùi Pham") == 2


@pytest.mark.req("IN-29", "PR-12")
@pytest.mark.parametrize(
    ("form", "date"),
    [
        (samples.receipt, "trả kết quả giải quyết hồ sơ: 17 giờ 00 phút, ngày 21 tháng 12 năm 2026 (tạm tính)."),
        (samples.apology, "hẹn trả kết quả vào 17 giờ 00 phút, ngày 29 tháng 12 năm 2026 (tạm tính, lịch nghỉ của năm chưa công bố)."),
        (samples.control_slip, "hẹn trả kết quả: 17 giờ 00 phút, ngày 21 tháng 12 năm 2026 (tạm tính, lịch nghỉ của năm chưa công bố)"),
    ],
    ids=["01", "04", "06"],
)
def test_a_provisional_date_says_so_once_and_beside_the_date(form: Callable[..., AnyForm], date: str) -> None:
    """The receipt's derivation says why."""
    assert "tạm tính" not in printed(form())
    text = printed(msgspec.structs.replace(form(), provisional=True))
    assert date in text
    assert text.count("tạm tính") == 1 and "dự kiến" not in text


@pytest.mark.req("PR-12", "PR-15")
def test_an_apology_for_a_result_that_is_there_says_so_and_promises_nothing_else() -> None:
    text = printed(samples.apology(new_due_at=None, ready=True))
    assert "Kết quả đã có và được trả tại Bộ phận Một cửa" in text
    assert "ngay khi có" not in text and "Nếu có ngày hẹn mới" not in text


@pytest.mark.req("IN-18")
def test_the_supplement_request_names_every_defect_with_its_reason_once() -> None:
    form = samples.supplement_request()
    text = printed(form)
    for item in form.items:
        assert item.component in text
        assert item.defect.value in text
        assert item.reason in text
    assert "chậm nhất hết ngày 07 tháng 12 năm 2026" in text
    assert "chỉ được yêu cầu một lần" in text


@pytest.mark.req("IN-17")
def test_the_refusal_gives_its_reason_line_by_line() -> None:
    text = printed(samples.refusal())
    assert "Thửa đất nằm trong chỉ giới đường đỏ đã được phê duyệt." in text
    assert "Hồ sơ không thuộc trường hợp được cấp giấy phép xây dựng có thời hạn." in text
    assert "Căn cứ: Luật Xây dựng 2014, Điều 94" in text


@pytest.mark.req("PR-12")
def test_the_apology_has_its_five_obligatory_contents_and_both_dates() -> None:
    text = printed(samples.apology())
    for words in (
        "Kính gửi: Nguyễn Hoàng Phương Quỳnh Trâm Anh",
        f"Loại hồ sơ: {samples.PROCEDURE}",
        "Số giấy tiếp nhận: 47/TNHS",
        "Tình trạng giải quyết hồ sơ: đang thẩm định",
        "Lý do: mưa lũ",
        "Thời gian hẹn trả kết quả: 17 giờ 00 phút, ngày 21 tháng 12 năm 2026",
        "hẹn trả kết quả vào 17 giờ 00 phút, ngày 29 tháng 12 năm 2026",
        "xin lỗi",
    ):
        assert words in text


@pytest.mark.req("PR-12")
def test_an_apology_without_a_new_date_promises_none() -> None:
    text = printed(samples.apology(new_due_at=None, extension_article="NĐ 118/2025/NĐ-CP Điều 19 khoản 6"))
    assert "VĂN BẢN XIN LỖI" in text
    assert "Không thể hẹn" not in text and "đề nghị gia hạn" not in text.lower()
    assert "Nếu có ngày hẹn mới" in text and "(NĐ 118/2025/NĐ-CP Điều 19 khoản 6)" in text


@pytest.mark.req("PR-12", "PR-13")
def test_an_apology_says_why_no_extension_is_left() -> None:
    used = "việc hẹn lại ngày trả kết quả chỉ được thực hiện một lần (Điều 25)"
    text = printed(samples.apology(new_due_at=None, no_extension=used))
    assert f"Không thể hẹn ngày trả kết quả mới: {used}. Kết quả sẽ được trả ngay khi có" in text and "Nếu có ngày hẹn mới" not in text


@pytest.mark.req("PR-20")
def test_the_stop_notice_says_who_asked_when_why_and_what_is_given_back() -> None:
    text = printed(samples.stop_notice())
    assert "Người đề nghị dừng: Nguyễn Hoàng Phương Quỳnh Trâm Anh" in text
    assert "Thời gian đề nghị: 13 giờ 41 phút, ngày 25 tháng 11 năm 2026" in text
    assert "Lý do: Người nộp thay đổi thiết kế công trình." in text
    assert f"1. {samples.PAPERS[1]}" in text
    assert "hoàn trả" in text


@pytest.mark.req("IN-31")
def test_the_control_slip_has_a_row_for_each_hand_over() -> None:
    text = printed(samples.control_slip())
    assert "TÊN CƠ QUAN THỜI GIAN GIAO, NHẬN HỒ SƠ KẾT QUẢ GHI CHÚ" in text
    assert text.count("1. Giao: 0") == 4
    assert "2. Nhận: 10 giờ 02 phút, ngày 20/11/2026, tài khoản khai02" in text
    assert all(outcome in text for outcome in ("Trước hạn", "Đúng hạn", "Quá hạn"))
    assert "2. Nhận: ……" in text


@pytest.mark.req("IN-31")
def test_the_control_slip_of_an_extended_dossier_has_both_dates() -> None:
    assert "Hẹn lần đầu" not in printed(samples.control_slip())
    extended = msgspec.structs.replace(samples.control_slip(), original_due_at=samples.at(14, 17, 0, month=12))
    assert "Hẹn lần đầu, trước khi gia hạn: 17 giờ 00 phút, ngày 14 tháng 12 năm 2026" in printed(extended)


def test_where_no_telephone_is_known_there_is_room_to_write_one() -> None:
    nobody = msgspec.structs.replace(samples.refusal().issuer, contact=None, phone=None, website=None)
    assert "cán bộ, điện thoại: ...." in printed(samples.refusal(issuer=nobody))


def test_the_control_slip_exists_before_the_first_hand_over() -> None:
    empty = msgspec.structs.replace(samples.control_slip(), handovers=())
    assert "Hồ sơ chưa được bàn giao." in printed(empty)


def test_the_register_shows_each_dossier_and_is_closed_with_their_number() -> None:
    text = printed(samples.register(40))
    assert all(f"H60.31-261120-{n:04}" in text for n in range(1, 41))
    assert "Năm 2026 - Quyển số 2" in text
    assert "Khóa sổ ngày 31 tháng 12 năm 2026, tổng số 40 hồ sơ." in text


def test_a_development_result_says_that_it_has_no_legal_effect() -> None:
    assert "không có giá trị pháp lý" in printed(samples.result())


def test_a_moment_is_printed_in_viet_nam_time() -> None:
    form = samples.receipt(received_at=datetime(2026, 11, 20, 18, 30, tzinfo=UTC))
    assert "Thời gian nhận hồ sơ: 01 giờ 30 phút, ngày 21 tháng 11 năm 2026" in printed(form)


def test_the_same_form_gives_the_same_bytes() -> None:
    for form in samples.EVERY_FORM:
        assert render(form) == render(form)


@pytest.mark.parametrize("make", [samples.receipt, samples.supplement_request, samples.refusal, samples.stop_notice, samples.apology])
def test_no_form_says_that_it_is_signed_and_without_a_name_there_is_a_place_for_one(make: Callable[..., AnyForm]) -> None:
    signer = "head" if make is samples.apology else "officer"
    text = printed(make(**{signer: Signature(title="NGƯỜI KÝ")}))
    assert "Đã ký số" not in text and "Ký số lúc" not in text
    assert "NGƯỜI KÝ" in text and "(Ký, ghi rõ họ tên)" in text and "......" in text.replace(" ", "")
