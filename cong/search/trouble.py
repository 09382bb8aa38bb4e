"""What a disk or an engine refuses, in words for whoever runs the portal."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cong.search.engine import Failed

_TROUBLE = {
    errno.ENOSPC: "Hết chỗ trên đĩa",
    errno.EDQUOT: "Hết hạn mức đĩa",
    errno.EFBIG: "Tệp vượt cỡ mà hệ thống cho phép",
    errno.EACCES: "Không có quyền ghi",
    errno.EPERM: "Không có quyền ghi",
    errno.EROFS: "Đĩa chỉ cho đọc",
    errno.EMFILE: "Mở quá nhiều tệp",
    errno.ENOENT: "Thư mục chỉ mục đã bị xóa",
    errno.EIO: "Đĩa hỏng hoặc bị rút",
}  # fmt: skip
_CODE = re.compile(r"\(os error (\d+)\)")


@contextmanager
def failing(root: Path) -> Iterator[None]:
    """Turn what the disk and the engine raise into Failed, in words."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise Failed(said(error, root)) from error


def said(error: Exception, root: Path) -> str:
    """Return in Vietnamese what is the matter; the engine tells codes of the system only in its text."""
    told = _CODE.search(str(error))
    code = error.errno if isinstance(error, OSError) else int(told[1]) if told else None
    words = _TROUBLE.get(code or 0, "Không ghi được chỉ mục")
    return f"{words}: {root} ({error})"
