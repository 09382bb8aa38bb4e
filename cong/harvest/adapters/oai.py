"""Libraries and archives: OAI-PMH 2.0, the verb ListRecords, records in Dublin Core."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from lxml import etree

from cong.harvest.adapters.contract import Adapter, Body, Reading, Spec
from cong.harvest.parse import NotAFeed, RawFeed, RawItem, Rules
from cong.harvest.parse.charset import to_utf8
from cong.harvest.parse.clean import looks_like_html
from cong.harvest.parse.clean import text as plain
from cong.harvest.parse.dates import parse_date
from cong.harvest.parse.names import Children, children, escaped, name, text
from cong.harvest.parse.parts import MOST_ITEMS, moment, person, tags, texts
from cong.harvest.parse.pictures import web
from cong.harvest.parse.tree import Malformed, tree

_MOST_BYTES = 20_000_000
_LONGEST_TOKEN, _MOST_VISITS, _PATIENCE = 4_000, 2_000, 3
_BLANK = b" \t\r\n\0"
_SECONDS = "%Y-%m-%dT%H:%M:%SZ"
_CURSOR = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?", re.ASCII)
_SCHEME = re.compile(r"^oai:[^:]+:(?=.)")
_NUMBER = re.compile(r"\d{1,5}(?:/\d{4})?[-/][A-ZĐ]{1,10}(?:[-/][A-ZĐ0-9]{1,15})*")
_LANGUAGES = {"vie": "vi", "eng": "en", "fre": "fr", "fra": "fr", "rus": "ru", "chi": "zh", "zho": "zh"}
_HTML = ("html", "body")
_ERRORS = {
    "badArgument": "máy chủ không nhận một tham số; hãy xem lại set trong danh bạ nguồn",
    "badResumptionToken": "máy chủ không nhận lại dấu đọc tiếp (resumptionToken) nữa; lần thu sau sẽ đọc lại từ đầu",
    "badVerb": "địa chỉ không hiểu lệnh ListRecords; hãy xem lại địa chỉ OAI-PMH",
    "cannotDisseminateFormat": "kho này không có định dạng Dublin Core (oai_dc)",
    "noSetHierarchy": "kho này không chia tập; hãy bỏ set trong danh bạ nguồn",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    """Where reading stands: everything before `since` is read; what came after it is being read on with `token`.

    `then` is the next `since`, once the list has come to its end; `visits` have gone on with it so far.
    """

    since: str = ""
    then: str = ""
    token: str = ""
    visits: int = 0


def _place(cursor: str) -> _Place:
    if _CURSOR.fullmatch(cursor):
        return _Place(since=cursor)
    try:
        said = json.loads(cursor) if cursor.startswith("{") else {}
        place = _Place(**said)
    except (ValueError, TypeError, RecursionError):
        return _Place()
    return place if _CURSOR.fullmatch(place.then) else _Place()


def start(spec: Spec) -> tuple[str, ...]:
    """Ask for every record, or for those that changed since the last whole reading; go on with one that was not whole.

    When going on has failed time and again, the token may be why: the reading begins anew, and nothing is lost.
    """
    place = _place(spec.cursor)
    if place.token and spec.failures < _PATIENCE:
        return (_asked(spec.url, {"verb": "ListRecords", "resumptionToken": place.token}),)
    return (_anew(spec, place),)


def _anew(spec: Spec, place: _Place) -> str:
    wanted = {"verb": "ListRecords", "metadataPrefix": "oai_dc"}
    if isinstance(spec.config.get("set"), str) and spec.config["set"]:
        wanted["set"] = spec.config["set"]
    if place.since:
        wanted["from"] = place.since
    return _asked(spec.url, wanted)


def resume(spec: Spec, cursor: str, address: str) -> str:
    """Return the cursor with which the next visit goes on at `address`; `cursor` is what the first page gave."""
    place, token = _place(spec.cursor), _token_in(address)
    then, visits = cursor or place.then, place.visits + 1
    if not token or not then or len(token) > _LONGEST_TOKEN or visits > _MOST_VISITS:
        return ""
    return json.dumps({"since": place.since, "then": then, "token": token, "visits": visits})


def _asked(url: str, wanted: dict[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(wanted)}"


def read(body: Body, spec: Spec, rules: Rules) -> Reading:
    """Read one page of the list.

    Only the first page of a visit gives a cursor, the server's own time when it began to answer: what changes while
    the pages are read is asked for again. It is cut to days where the repository tells no seconds. When earlier visits
    began the list, its last page gives what their first one gave. A token of theirs that is refused is given up.
    """
    answer, place = children(_root(body)), _place(spec.cursor)
    asked = _token_asked_for(body, answer)
    for error in answer.get("?:error", ()):
        if place.token and asked == place.token and error.get("code") == "badResumptionToken":
            return Reading(feed=RawFeed(kind="oai"), follow=(_anew(spec, place),))
        _explain(error)
        return Reading(feed=RawFeed(kind="oai"))
    if "?:listrecords" not in answer:
        raise NotAFeed("no-channel", "Máy chủ OAI-PMH trả lời nhưng không có danh sách bản ghi (ListRecords).")
    listed = children(answer["?:listrecords"][0])
    records = [children(one) for one in listed.get("?:record", ())]
    if len(records) > MOST_ITEMS:
        raise NotAFeed("too-many", f"Máy chủ trả lời hơn {MOST_ITEMS} bản ghi trong một trang.")
    kept: list[RawItem] = []
    deleted: list[str] = []
    stamps: list[str] = []
    for record in records:
        header = _inner(record, "?:header")
        stamps.append(_one(header, "?:datestamp"))
        if any(one.get("status") == "deleted" for one in record.get("?:header", ())):
            deleted.append(_one(header, "?:identifier"))
        elif item := _item(record, header, spec, rules):
            kept.append(item)
    follow = _follow(_one(listed, "?:resumptiontoken"), asked, spec)
    last = place.then if place.token and not follow else ""
    return Reading(
        feed=RawFeed(kind="oai", items=tuple(kept), deleted=tuple(filter(None, deleted))),
        follow=follow,
        cursor=last if asked else _cursor(_one(answer, "?:responsedate"), stamps, rules),
    )


def _root(body: Body) -> etree._Element:
    if not body.content.strip(_BLANK):
        raise NotAFeed("empty", "Địa chỉ trả về nội dung rỗng.")
    if len(body.content) > _MOST_BYTES:
        raise NotAFeed("too-big", f"Nội dung lớn hơn {_MOST_BYTES // 1_000_000} MB.")
    document = to_utf8(body.content, body.charset)
    try:
        root = tree(document)
    except Malformed as broken:
        if b"<html" in document[:2048].lower():
            raise _page() from broken
        raise NotAFeed("malformed", f"Tệp XML sai cú pháp, không đọc được: {broken.reason}") from broken
    word = name(root).rpartition(":")[2]
    if word in _HTML:
        raise _page()
    if word != "oai-pmh":
        raise NotAFeed("no-channel", f"Tệp XML không phải OAI-PMH: thẻ gốc là <{word[:40]}>.")
    return root


def _page() -> NotAFeed:
    return NotAFeed("html", "Địa chỉ trả về một trang web (HTML), không phải OAI-PMH.")


def _explain(error: etree._Element) -> None:
    """Raise what an error of the protocol means for an operator; no records is no error."""
    code = (error.get("code") or "").strip()
    if code == "noRecordsMatch":
        return
    said = plain(text(error))[:200]
    meaning = _ERRORS.get(code, "máy chủ báo lỗi")
    raise NotAFeed(
        f"oai-{code}" if code in _ERRORS else "oai-error",
        f"OAI-PMH: {meaning} ({code[:40] or 'không có mã'}{': ' + said if said else ''}).",
    )


def _token_asked_for(body: Body, answer: Children) -> str:
    """Return the token that this page answers, "" for the first page: the server repeats it, or the address says it."""
    said = next((token for one in answer.get("?:request", ()) if (token := one.get("resumptionToken"))), "")
    return said or _token_in(body.url)


def _token_in(address: str) -> str:
    try:
        return parse_qs(urlsplit(address).query).get("resumptionToken", [""])[0]
    except ValueError:
        return ""


def _follow(token: str, asked: str, spec: Spec) -> tuple[str, ...]:
    """Ask for the next page. An empty token ends the list; one that is the same again would never end it."""
    if not token or token == asked:
        return ()
    return (_asked(spec.url, {"verb": "ListRecords", "resumptionToken": token}),)


def _cursor(said: str, stamps: list[str], rules: Rules) -> str:
    when = parse_date(said, rules)
    if when is None:
        return ""
    # Every repository understands days; seconds only one that writes them itself.
    finer = bool(stamps) and all("T" in stamp for stamp in stamps)
    exact = when.astimezone(UTC).strftime(_SECONDS)
    return exact if finer else exact[:10]


def _item(record: Children, header: Children, spec: Spec, rules: Rules) -> RawItem | None:
    """Return the item of a record that has metadata: its types are tags too, a publisher stands for a creator."""
    said = next((children(one) for about in record.get("?:metadata", ()) for one in about), None)
    guid = _one(header, "?:identifier")
    if said is None or not guid:
        return None
    names = texts(said, ("dc:identifier",))
    about = next(filter(None, texts(said, ("dc:description",))), "")
    summary = about if looks_like_html(about) else escaped(about)
    published, unread = moment(filter(None, texts(said, ("dc:date",))), rules)
    updated = parse_date(_one(header, "?:datestamp"), rules)
    return RawItem(
        guid=guid, url=_address(names, guid, spec), title=plain(_one(said, "dc:title")), summary=summary, html=summary,
        author=_people(texts(said, ("dc:creator",))) or _people(texts(said, ("dc:publisher",))),
        lang=_language(_one(said, "dc:language")), tags=tags(texts(said, ("dc:subject", "dc:type"))),
        published=published, updated=updated, date_text="" if published or updated else unread,
        number=next((one for one in names if _NUMBER.fullmatch(one)), ""),
    )  # fmt: skip


def _address(names: Iterable[str], guid: str, spec: Spec) -> str:
    """Return the first address among the identifiers, else the template's.

    `{id}` there is the identifier as the repository itself knows it, without `oai:` and the repository's name.
    """
    found = next((url for one in names if one.startswith(("http://", "https://")) and (url := web(one, spec.url))), "")
    link = spec.config.get("link")
    if found or not isinstance(link, str):
        return found
    return web(link.replace("{id}", quote(_SCHEME.sub("", guid), safe="/")), spec.url)


def _people(said: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(who for one in said if (who := person(one))))


def _language(said: str) -> str:
    return _LANGUAGES.get(said.lower(), said)


def _inner(found: Children, word: str) -> Children:
    return children(found[word][0]) if word in found else {}


def _one(found: Children, word: str) -> str:
    """Return the first text under this name that is not empty."""
    return next((said for one in found.get(word, ()) if (said := text(one))), "")


def wrong(spec: Spec) -> str:
    """Tell what is wrong with the words of this kind."""
    wanted: Any = spec.config.get("set", "")
    link: Any = spec.config.get("link", "")
    if "verb=" in spec.url:
        return "url chỉ ghi địa chỉ gốc của OAI-PMH, không kèm verb=…"
    if not isinstance(wanted, str):
        return "set phải là một chuỗi, viết đúng setSpec của kho."
    if not isinstance(link, str) or (link and not (link.startswith(("http://", "https://")) and "{id}" in link)):
        return "link phải là địa chỉ có {id}, ví dụ https://vidu.gov.vn/tai-lieu/{id}."
    return ""


ADAPTER = Adapter(start=start, read=read, wrong=wrong, keys=frozenset({"set", "link"}), resume=resume)
