"""How the journal's verbs are said to people; a verb that is not listed is shown as it is."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

_SAID = {
    "agencies.import": gettext_noop("Nhập danh bạ cơ quan"),
    "agency.merge": gettext_noop("Gộp cơ quan"),
    "agency.rename": gettext_noop("Đổi tên cơ quan"),
    "asset.add": gettext_noop("Thêm tệp"),
    "asset.caption": gettext_noop("Thêm phụ đề"),
    "asset.change": gettext_noop("Sửa thông tin tệp"),
    "asset.discard": gettext_noop("Bỏ tệp"),
    "asset.replace": gettext_noop("Thay tệp"),
    "asset.uncaption": gettext_noop("Bỏ phụ đề"),
    "bundle.add": gettext_noop("Thêm bài vào bộ"),
    "bundle.hold": gettext_noop("Giữ bộ xuất bản lại"),
    "bundle.make": gettext_noop("Lập bộ xuất bản"),
    "bundle.release": gettext_noop("Xuất bản cả bộ"),
    "bundle.remove": gettext_noop("Đưa bài ra khỏi bộ"),
    "bundle.schedule": gettext_noop("Hẹn giờ cho bộ"),
    "bundle.unschedule": gettext_noop("Bỏ hẹn giờ của bộ"),
    "decide.appraise": gettext_noop("Thẩm định"),
    "decide.approve": gettext_noop("Duyệt"),
    "decide.reject": gettext_noop("Trả lại"),
    "decide.secrecy": gettext_noop("Thẩm tra bảo mật"),
    "docket.assign": gettext_noop("Giao việc"),
    "docket.claim": gettext_noop("Nhận xử lý"),
    "docket.drop": gettext_noop("Bỏ bản sửa"),
    "docket.hold": gettext_noop("Giữ bài lại"),
    "docket.open": gettext_noop("Mở hồ sơ"),
    "docket.recall": gettext_noop("Thu hồi bản trình"),
    "docket.restore": gettext_noop("Khôi phục bài"),
    "docket.schedule": gettext_noop("Hẹn giờ xuất bản"),
    "docket.spike": gettext_noop("Loại bỏ bài"),
    "docket.unclaim": gettext_noop("Trả việc"),
    "docket.unschedule": gettext_noop("Bỏ hẹn giờ"),
    "draft.read": gettext_noop("Mở bản hạn chế"),
    "factcheck.invite": gettext_noop("Mời kiểm chứng"),
    "factcheck.revoke": gettext_noop("Rút lời mời kiểm chứng"),
    "job.again": gettext_noop("Chạy lại việc nền"),
    "journal.export": gettext_noop("Xuất nhật ký ra tệp"),
    "journal.read": gettext_noop("Xem nhật ký"),
    "media.reconcile": gettext_noop("Đối chiếu kho tệp"),
    "membership.confirm": gettext_noop("Xác nhận vai trò"),
    "membership.deputy": gettext_noop("Cử người ký thay"),
    "membership.end": gettext_noop("Cho thôi vai trò"),
    "membership.propose": gettext_noop("Giao hoặc đề nghị vai trò"),
    "official.add": gettext_noop("Thêm chức danh cán bộ"),
    "official.end": gettext_noop("Ghi thôi chức danh cán bộ"),
    "officials.import": gettext_noop("Nhập danh bạ cán bộ"),
    "people.first-admins": gettext_noop("Tạo quản trị viên đầu tiên"),
    "person.create": gettext_noop("Tạo tài khoản"),
    "person.disable": gettext_noop("Khóa tài khoản"),
    "person.reset-password": gettext_noop("Cấp mật khẩu dùng một lần"),
    "person.restore": gettext_noop("Mở lại tài khoản"),
    "person.set-password": gettext_noop("Tự đặt mật khẩu"),
    "release": gettext_noop("Xuất bản"),
    "release.emergency": gettext_noop("Xuất bản khẩn"),
    "release.withdraw": gettext_noop("Gỡ"),
    "rights.read": gettext_noop("Tra quyền xuất bản"),
    "session.closed": gettext_noop("Tạm khóa đăng nhập"),
    "session.failed": gettext_noop("Đăng nhập sai"),
    "session.in": gettext_noop("Đăng nhập"),
    "session.out": gettext_noop("Đăng xuất"),
    "sources.import": gettext_noop("Nhập danh sách nguồn"),
    "submit": gettext_noop("Trình thẩm định"),
    "workspace.open": gettext_noop("Mở trang làm việc"),
}


def said(verb: str) -> str:
    """Return the words for a verb in the reader's language; the verb itself when there are none."""
    return gettext(_SAID[verb]) if verb in _SAID else verb


def known() -> list[tuple[str, str]]:
    """Return all verbs that have words, with them."""
    return [(verb, said(verb)) for verb in sorted(_SAID)]
