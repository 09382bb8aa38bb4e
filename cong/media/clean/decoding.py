"""Pure: the bytes of a text file as NFC text with plain lines, or a refusal."""

from __future__ import annotations

import unicodedata

from cong.media.clean.traces import Refused

_CODES = (("utf-8-sig", b""), ("utf-16", b"\xff\xfe"), ("utf-16", b"\xfe\xff"))


def decoded(data: bytes) -> str:
    """Return the text; raises Refused for what is not UTF-8 (or UTF-16 with its mark) or holds control signs."""
    for code, start in _CODES:
        try:
            text = data.decode(code) if data.startswith(start) else None
        except UnicodeDecodeError:
            continue
        if text is not None and not _strange(text):
            return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    raise Refused("Tệp chữ không ở mã UTF-8. Hãy lưu lại với mã UTF-8 rồi tải lên.")


def _strange(text: str) -> bool:
    return any(unicodedata.category(sign) in {"Cc", "Cs", "Co", "Cn"} and sign not in "\t\n\r\f" for sign in text)
