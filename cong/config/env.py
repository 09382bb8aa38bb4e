"""Every setting that an operator can change: name, type, default, help. Nothing else reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, get_type_hints


class BadSetting(ValueError):
    """A variable holds something that its type cannot take."""


def _setting(default: Any, text: str) -> Any:
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True, kw_only=True)
class Env:
    """The environment, typed. Field names are the variables' names in lower case."""

    data_dir: Path = _setting(Path("var"), "Thư mục dữ liệu: cơ sở dữ liệu nhúng, chỉ mục, ảnh, tệp tĩnh.")
    database_url: str = _setting(
        "", "Địa chỉ cơ sở dữ liệu; trống: SQLite trong DATA_DIR. Ví dụ postgresql://user:pass@host/name."
    )
    search_url: str = _setting(
        "", "Địa chỉ máy tìm kiếm OpenSearch, ví dụ https://user:pass@host:9200; trống: tìm kiếm nhúng trong DATA_DIR."
    )
    search_ranking: str = _setting(
        "", "Tệp TOML đổi trọng số xếp hạng kết quả tìm kiếm; trống: bảng đi kèm (cong/search/data/ranking.toml)."
    )
    secret_key: str = _setting("", "Khóa bí mật; trống: tự tạo và giữ trong DATA_DIR/secret-key.")
    site_name: str = _setting("Cổng thông tin điện tử", "Tên cổng hiện trên mọi trang.")
    site_url: str = _setting("http://127.0.0.1:8000", "Địa chỉ công khai của cổng, dùng trong kênh tin và sơ đồ trang.")
    allowed_hosts: tuple[str, ...] = _setting(
        ("127.0.0.1", "localhost", "[::1]"), "Các tên máy được trả lời, cách nhau bằng dấu phẩy."
    )
    mail_url: str = _setting(
        "", "Máy chủ thư, ví dụ smtp+starttls://user:pass@host:587; trống: thư được ghi thành tệp trong DATA_DIR/mail."
    )
    mail_from: str = _setting("cong@localhost", "Địa chỉ người gửi của thư do cổng gửi.")
    contact_mail: str = _setting(
        "", "Địa chỉ thư nhận góp ý của người đọc, hiện ở trang trợ năng; trống: trang không nêu địa chỉ nào."
    )
    debug: bool = _setting(False, "Chế độ phát triển: hiện lỗi chi tiết. Không bật khi phục vụ công chúng.")
    host: str = _setting("127.0.0.1", "Địa chỉ lắng nghe của máy chủ web.")
    port: int = _setting(8000, "Cổng mạng của máy chủ web.")
    web_workers: int = _setting(1, "Số tiến trình web.")
    page_cache: bool = _setting(True, "Giữ sẵn trang công khai đã dựng; trang chỉ đổi khi nội dung đổi.")
    page_memory_mb: int = _setting(64, "Bộ nhớ cho trang giữ sẵn của mỗi tiến trình web, MB.")
    page_store_mb: int = _setting(512, "Chỗ trên đĩa cho trang giữ sẵn, chung cho mọi tiến trình, MB.")
    outer_cache_seconds: int = _setting(
        0, "Số giây bộ nhớ đệm phía ngoài (CDN) được giữ trang; khi đặt, trang ghi rõ các khóa để xóa. 0: không có."
    )
    mirror_free_gb: float = _setting(
        5.0, "Bản sao tĩnh của các trang, dùng khi cơ sở dữ liệu hỏng, chừa lại ngần này GB trống trên đĩa."
    )
    read_only: bool = _setting(False, "Chỉ đọc: trang công khai vẫn mở, không nhận nội dung mới, không thu tin.")
    harvest_loopback: bool = _setting(False, "Chỉ để thử: cho phép thu tin từ máy này (127.0.0.0/8, ::1).")
    harvest_pictures: bool = _setting(True, "Tải và lưu ảnh đại diện của tin thu về.")
    harvest_connections: int = _setting(32, "Số kết nối thu tin đồng thời.")
    harvest_host_gap: float = _setting(1.0, "Khoảng nghỉ tối thiểu giữa hai lần gọi cùng một máy nguồn, giây.")
    harvest_gone_after: int = _setting(
        86_400, "Hai lần thấy trang gốc đã gỡ phải cách nhau ít nhất ngần này giây thì bản tin mới bị gỡ."
    )
    harvest_every: int = _setting(0, "Chỉ để thử: mọi nguồn được hỏi lại sau ngần này giây; 0: theo lịch thích nghi.")
    upload_picture_mb: int = _setting(25, "Ảnh tải lên lớn nhất, MB.")
    upload_megapixels: int = _setting(50, "Ảnh tải lên nhiều điểm ảnh nhất, triệu điểm.")
    upload_document_mb: int = _setting(50, "Văn bản, bảng tính, trình chiếu tải lên lớn nhất, MB.")
    upload_recording_mb: int = _setting(500, "Video, âm thanh tải lên lớn nhất, MB.")
    clamd_url: str = _setting(
        "", "Máy quét mã độc clamd: unix:///tệp hoặc tcp://máy:3310; trống: không quét. Không gọi được: không nhận tệp."
    )
    demo: bool = _setting(False, "Bật mạng nguồn tin giả lập trên máy này (chỉ để thử).")


def read(environ: Mapping[str, str]) -> Env:
    """Build the settings from an environment; raises BadSetting naming the variable and what it may hold."""
    hints = get_type_hints(Env)
    given: dict[str, Any] = {}
    for entry in fields(Env):
        raw = environ.get(entry.name.upper())
        if raw is not None:
            given[entry.name] = _convert(entry.name.upper(), raw, hints[entry.name])
    return Env(**given)


def _convert(name: str, raw: str, kind: Any) -> Any:
    try:
        if kind is bool:
            return _truth(raw)
        if kind == tuple[str, ...]:
            return tuple(part.strip() for part in raw.split(",") if part.strip())
        return kind(raw)
    except ValueError as error:
        raise BadSetting(f"{name}={raw!r}: cần một giá trị kiểu {getattr(kind, '__name__', kind)}.") from error


def _truth(raw: str) -> bool:
    words = {
        "1": True,
        "yes": True,
        "true": True,
        "on": True,
        "": False,
        "0": False,
        "no": False,
        "false": False,
        "off": False,
    }
    low = raw.strip().lower()
    if low not in words:
        raise ValueError(raw)
    return words[low]


ENV = read(os.environ)
