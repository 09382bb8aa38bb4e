"""The pages of one process, ready to be sent; bounded by bytes, those that nobody asked for lately go first."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from cong.delivery.addresses import Address
from cong.delivery.ground import slots
from cong.delivery.pages import Page
from cong.kernel.tags import read_on

Headers = list[tuple[str, str]]
_OVERHEAD = 4096
"""What a page costs beside its bodies: headers, tags, slots and their Python objects."""


@dataclass(slots=True, kw_only=True)
class Form:
    """One form of a page as it is sent; `unchanged` are the headers of a 304 and `etag` its validator, quoted."""

    status: str
    headers: Headers
    unchanged: Headers
    etag: str
    body: list[bytes]


@dataclass(slots=True, kw_only=True)
class Kept:
    """A page in memory: good up to purge `checked`; `used` again since room was last made."""

    page: Page
    fresh_until: float
    slots: tuple[int, ...]
    checked: int = -1
    used: bool = False
    size: int = 0
    read: int = 0
    """The entry that is read on it; 0: none."""
    forms: dict[str, Form] = field(default_factory=dict)


def kept(page: Page) -> Kept:
    """Prepare a page for memory."""
    return Kept(
        page=page, fresh_until=min(page.fresh_until, page.until or page.fresh_until), slots=slots(page.tags),
        size=len(page.body) + _OVERHEAD, read=read_on(page.tags) if page.status == 200 else 0,
    )  # fmt: skip


class Memory:
    """Pages by address. Reading `pages` needs no lock; whoever shows a page sets its `used`."""

    def __init__(self, *, size: int) -> None:
        self.pages: dict[Address, Kept] = {}
        self.bytes = 0
        self._size = size
        self._changing = threading.Lock()

    def put(self, one: Kept) -> None:
        """Keep a page in place of the one before; one that would fill an eighth of the room is not kept."""
        if one.size > self._size // 8:
            return
        with self._changing:
            self._drop(one.page.address)
            self.pages[one.page.address] = one
            self.bytes += one.size
            self._make_room()

    def add(self, one: Kept, encoding: str, form: Form) -> None:
        """Keep another form of a page, if the page is still kept."""
        size = sum(map(len, form.body)) + _OVERHEAD // 4
        with self._changing:
            one.forms[encoding] = form
            if self.pages.get(one.page.address) is one:
                one.size += size
                self.bytes += size
                self._make_room()

    def forget(self, one: Kept) -> None:
        """Let a page go, if it is still the one that is kept."""
        with self._changing:
            if self.pages.get(one.page.address) is one:
                self._drop(one.page.address)

    def clear(self) -> None:
        """Let all go."""
        with self._changing:
            self.pages.clear()
            self.bytes = 0

    def _drop(self, address: Address) -> None:
        one = self.pages.pop(address, None)
        if one is not None:
            self.bytes -= one.size

    def _make_room(self) -> None:
        """Go round like a clock: who was used since the last round gets another one."""
        while self.bytes > self._size and self.pages:
            address, oldest = next(iter(self.pages.items()))
            del self.pages[address]
            if oldest.used:
                oldest.used = False
                self.pages[address] = oldest
            else:
                self.bytes -= oldest.size
