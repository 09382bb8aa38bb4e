"""What the portal says about its own sections."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cong.entries.models import Kind, Section

LEDES: dict[str, Promise | str] = {
    Section.ACTIVITY: _("Hoạt động của các cơ quan, đơn vị: hội nghị, làm việc, tiếp công dân, kết quả công việc."),
    Section.PARTY: _("Xây dựng, chỉnh đốn Đảng; tổ chức, kiểm tra, tuyên giáo, dân vận ở các cấp."),
    Section.ECONOMY: _("Sản xuất, đầu tư, tài chính, giao thông, nông nghiệp và đời sống kinh tế."),
    Section.SOCIETY: _("Văn hóa, y tế, lao động, an sinh và đời sống ở khắp các địa phương."),
    Section.EDUCATION: _("Trường lớp, thi cử, đào tạo nghề và việc học suốt đời."),
    Section.SCIENCE: _("Nghiên cứu, đổi mới sáng tạo, dữ liệu và chuyển đổi số."),
    Section.ENVIRONMENT: _("Thời tiết, tài nguyên, thiên tai và bảo vệ môi trường."),
    Section.DEFENCE: _("Quốc phòng toàn dân, an ninh trật tự, phòng cháy chữa cháy, cứu nạn."),
    Section.FOREIGN: _("Quan hệ đối ngoại, hợp tác quốc tế, người Việt Nam ở nước ngoài."),
}

MEDIA: dict[Kind, Promise | str] = {Kind.PHOTO: _("Ảnh"), Kind.VIDEO: _("Video"), Kind.AUDIO: _("Âm thanh")}
