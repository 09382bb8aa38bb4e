"""What a disk or an engine refuses, in words for whoever runs the portal."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

from cong.search.engines.engine import Failed

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
_PROBE = 1 << 20
_PANIC = "PanicException"


class Broken(Failed):
    """What lies on the disk is no index any more: going on with it is no use."""


@contextmanager
def failing(root: Path) -> Iterator[None]:
    """Turn what the disk and the engine raise into Failed, in words."""
    try:
        yield
    except (ValueError, OSError) as error:
        kind = Broken if is_damage(error) else Failed
        raise kind(said(error, root)) from error
    except BaseException as error:
        if is_damage(error):
            raise Broken(said(error, root)) from error
        raise


def is_damage(error: BaseException) -> bool:
    """Tell whether the engine found bytes that it did not write: it says so, or panics, which is no Exception."""
    return type(error).__name__ == _PANIC or (isinstance(error, ValueError) and "corrupt" in str(error))


def said(error: BaseException, root: Path) -> str:
    """Return in Vietnamese what is the matter; the engine tells codes of the system only in its text, or not at all."""
    if is_damage(error):
        return f"Chỉ mục bị hỏng: {root} ({error})"
    told = _CODE.search(str(error))
    code = error.errno if isinstance(error, OSError) else int(told[1]) if told else _tried(root)
    words = _TROUBLE.get(code or 0, "Không ghi được chỉ mục")
    return f"{words}: {root} ({error})"


def _tried(root: Path) -> int | None:
    """Return why a megabyte cannot be written there, None when it can."""
    try:
        with TemporaryFile(dir=root) as file:
            file.write(bytes(_PROBE))
            file.flush()
    except OSError as error:
        return error.errno
    return None
