"""Personal data: numbers of identity papers, private telephones, accounts, mail. Findings hide their middle."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import unquote

from cong.publishing.checks.findings import Hit
from cong.publishing.checks.reading import Reading
from cong.publishing.checks.rules import Code

# Codes of the provinces where a number was given, as they stood before the mergers of 2025.
_PROVINCES = frozenset({
    "001", "002", "004", "006", "008", "010", "011", "012", "014", "015", "017", "019", "020", "022", "024", "025",
    "026", "027", "030", "031", "033", "034", "035", "036", "037", "038", "040", "042", "044", "045", "046", "048",
    "049", "051", "052", "054", "056", "058", "060", "062", "064", "066", "067", "068", "070", "072", "074", "075",
    "077", "079", "080", "082", "083", "084", "086", "087", "089", "091", "092", "093", "094", "095", "096",
})  # fmt: skip
_CENTURIES = {"0": 1900, "1": 1900, "2": 2000, "3": 2000}
_APART = r"[ .\u00a0-]?"
_TWELVE = re.compile(rf"(?<![\w.,/+-])0\d{{2}}{_APART}\d{{3}}{_APART}\d{{3}}{_APART}\d{{3}}(?![\d/]|[.,-]\d|-[A-ZĐ])")
_CARD = re.compile(
    r"\b(?:cccd|cmnd|cmtnd|căn\s+cước(?:\s+công\s+dân)?|chứng\s+minh\s+(?:nhân\s+dân|thư)|thẻ\s+căn\s+cước|"
    r"số\s+định\s+danh(?:\s+cá\s+nhân)?)\b[^\d\n;]{0,25}((?:\d[ .\u00a0-]?){8}\d(?:(?:[ .\u00a0-]?\d){3})?)(?![\d/])",
    re.IGNORECASE,
)
_PASSPORT = re.compile(r"(?:\bhộ\s+chiếu|\bpassport)\b[^\d\n;]{0,25}?\b([a-z]\s?\d{7,8})\b", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![\w.,/+-])(?:\(?(?:\+84|0084)\)?[ .\u00a0-]?(?:\(0\)[ .\u00a0-]?)?|\(?0)[35789]\d(?:[ .)\u00a0-]{0,3}\d){7}"
    r"(?!\d|[.,]\d|/[A-ZĐ]|-[A-ZĐ])"
)
_BANK = re.compile(
    r"\b(?:số\s+tài\s+khoản|stk|số\s+tk|tài\s+khoản(?:\s+ngân\s+hàng)?(?:\s+số)?)\b"
    r"[^\d\n;]{0,30}(\d(?:[ .\u00a0-]?\d){7,18})(?!\d)",
    re.IGNORECASE,
)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@((?:[\w-]+\.){1,5}[a-z]{2,})", re.IGNORECASE)
_FREE = re.compile(
    r"^(?:gmail|googlemail|yahoo|ymail|rocketmail|hotmail|outlook|live|msn|icloud|me|mac|aol|proton|protonmail|gmx|zoho|"
    r"mail|yandex|qq|163)\.[a-z.]+$",
    re.IGNORECASE,
)
_LONG_NUMBER = re.compile(r"\d(?:[ .()\u00a0-]{0,5}\d){6}")
_DIGITS = re.compile(r"\D+")


def persons(reading: Reading) -> Iterator[Hit]:
    """Look for personal data in everything that would become public, addresses of links included."""
    phones = {_local(phone) for phone in reading.known.phones}
    mails = {mail.lower() for mail in reading.known.mails}
    for where, text in (*reading.everything, *_linked(reading)):
        if _LONG_NUMBER.search(text):
            cards = dict.fromkeys(_cards(text, reading.on))
            for number in cards:
                yield Hit(code=Code.CITIZEN_ID, where=where,
                          text=f"có số giấy tờ tùy thân “{masked(number)}”; hãy bỏ hoặc che đi.")  # fmt: skip
            yield from _others(where, text, phones, cards)
        if "@" in text:
            yield from _mails(where, text, mails)


def _linked(reading: Reading) -> Iterator[tuple[str, str]]:
    for one in reading.body.addresses:
        scheme, _, rest = one.value.strip().partition(":")
        if scheme.lower() in ("tel", "mailto"):
            yield one.where, unquote(rest)


def _cards(text: str, on: date) -> Iterator[str]:
    for match in _TWELVE.finditer(text):
        if is_citizen_number(_DIGITS.sub("", match[0]), on):
            yield match[0]
    for match in _CARD.finditer(text):
        yield match[1]


def is_citizen_number(digits: str, on: date) -> bool:
    """Tell whether twelve digits can be a citizen's number: province, century and sex, year of birth not to come."""
    century = _CENTURIES.get(digits[3:4])
    if len(digits) != 12 or digits[:3] not in _PROVINCES or century is None:
        return False
    return century + int(digits[4:6]) <= on.year


def _others(where: str, text: str, phones: set[str], cards: dict[str, None]) -> Iterator[Hit]:
    for match in _PASSPORT.finditer(text):
        yield Hit(code=Code.PASSPORT, where=where, text=f"có số hộ chiếu “{masked(match[1])}”; hãy bỏ hoặc che đi.")
    accounts = [match[1] for match in _BANK.finditer(text)]
    for number in accounts:
        yield Hit(code=Code.BANK, where=where, text=f"có số tài khoản “{masked(number)}”; hãy chắc rằng được công bố.")
    for match in _PHONE.finditer(text):
        inside = any(match[0].strip() in number for number in (*cards, *accounts))
        if not inside and _local(match[0]) not in phones:
            yield Hit(
                code=Code.PHONE, where=where,
                text=f"có số di động “{masked(match[0])}” ngoài danh bạ cơ quan; hãy dùng số của cơ quan.",
            )  # fmt: skip


def _mails(where: str, text: str, official: set[str]) -> Iterator[Hit]:
    for match in _MAIL.finditer(text):
        if match[0].lower() not in official and match[1].lower() not in official and _FREE.match(match[1]):
            hidden = f"{match[0][:2]}…@{match[1]}"
            said = f"có thư điện tử cá nhân “{hidden}”; hãy dùng hộp thư của cơ quan."
            yield Hit(code=Code.MAIL, where=where, text=said)


def _local(phone: str) -> str:
    """Return the digits of a number as one dials it at home."""
    digits = _DIGITS.sub("", phone)
    for prefix in ("0084", "84"):
        if digits.startswith(prefix) and len(digits) > 9:
            return "0" + digits[len(prefix) :].removeprefix("0")
    return digits


def masked(number: str) -> str:
    """Return a number with its middle hidden: a report must not spread what it warns of."""
    bare = "".join(char for char in number if char.isalnum())
    return f"{bare[:3]}…{bare[-2:]}"
