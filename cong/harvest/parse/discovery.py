"""Tell what the bytes are, and read them by the strict readers, else by the boxed lenient one."""

from __future__ import annotations

from dataclasses import replace

from cong.harvest.parse import atom, charset, jsonfeed, rss, tree
from cong.harvest.parse.boxed import lenient
from cong.harvest.parse.raw import NotAFeed, RawFeed, RawItem, Rules
from cong.kernel.text import nfc


def discover(body: bytes, *, url: str, charset: str | None, rules: Rules) -> RawFeed:
    """Return the feed in these bytes; raises NotAFeed with a code and a sentence for the operator.

    `charset` is what the transport declared, `url` the address that relative links stand against.
    """
    try:
        found = _strict(body, url, charset, rules)
    except NotAFeed as problem:
        if problem.code != "malformed":
            raise
        found = lenient(body, url=url, charset=charset, rules=rules, problem=problem)
    return replace(found, title=nfc(found.title), items=tuple(map(_normal, found.items)))


def _normal(item: RawItem) -> RawItem:
    if item.title.isascii() and item.html.isascii() and item.summary.isascii() and item.author.isascii():
        return item
    return replace(
        item, title=nfc(item.title), summary=nfc(item.summary), html=nfc(item.html), author=nfc(item.author),
        tags=tuple(map(nfc, item.tags)),
    )  # fmt: skip


def _strict(body: bytes, url: str, transport: str | None, rules: Rules) -> RawFeed:
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return jsonfeed.feed(charset.decode(body, transport).lstrip("\ufeff"), url, rules)
    root = tree.root(body, transport)
    space, local = tree.name(root.tag)
    if local in ("feed", "entry") and space in ("atom", "", "?"):
        return atom.feed(root, url, rules)
    if local in ("rss", "rdf", "channel"):
        return rss.feed(root, url, rules)
    if local == "html":
        raise NotAFeed("html", "Nguồn trả về trang web, không phải kênh tin; kiểm tra lại địa chỉ.")
    raise NotAFeed("no-channel", f"Tệp XML không phải kênh tin: thẻ gốc là “{local}”.")
