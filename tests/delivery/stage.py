"""A front on a stage: kept pages in a folder of their own, a clock that stands still, and a Django that counts."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpResponse

from cong.delivery import ground
from cong.delivery.cache import Cache
from cong.delivery.flights import Flights
from cong.delivery.front import Front, Site
from cong.delivery.ground import Ground
from cong.delivery.lastknown import LastKnown
from cong.delivery.mirror import Mirror
from cong.delivery.origin import Origin
from cong.delivery.reads import Reads
from cong.kernel.tags import Route, tagged
from cong.readership.process import is_person

LONG = "Thư viện xã mở cửa buổi tối. " * 60


class Clock:
    """A moment that only the test moves."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class FakeDjango:
    """Answers `/kept/…` with a page tagged by its path, everything else with what it was asked."""

    renders: Counter[str] = field(default_factory=Counter)
    seen: list[dict[str, Any]] = field(default_factory=list)
    before: Callable[[str], object] = lambda path: None
    during: Callable[[str], object] = lambda path: None
    status: int = 200
    text: str = "lần {count}"
    make: Callable[[HttpResponse], HttpResponse] = lambda answer: answer
    _one: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
        path, query = environ["PATH_INFO"], environ["QUERY_STRING"]
        self.before(path)
        with self._one:
            self.renders[path] += 1
            self.seen.append(environ)
            count = self.renders[path]
        self.during(path)
        answer = HttpResponse(f"<p>{path} {dict(parse_qsl(query))} {self.text.format(count=count)}</p>{LONG}")
        answer.status_code = self.status
        answer.headers["Cache-Control"] = "public, max-age=2"
        if path.startswith("/kept/"):
            answer = tagged(answer, f"page:{path}", "lists")
        answer = self.make(answer)
        cookies = [("Set-Cookie", one.output(header="")) for one in answer.cookies.values()]
        start(f"{answer.status_code} Said", [*answer.items(), *cookies])
        return answer


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def __getattr__(self, name: str) -> str:
        return self.headers.get(name.replace("_", "-").title(), "")


class Stage:
    """One process's front; several share a folder as several processes do."""

    def __init__(
        self, folder: Path, *, django: FakeDjango | None = None, clock: Clock | None = None, **site: Any
    ) -> None:
        self.django = django or FakeDjango()
        self.clock = clock or Clock()
        self.folder = folder
        self.cache = Cache(folder / "delivery", memory=1 << 22, store=1 << 24)
        self.origin = Origin(self.django, site="http://cong.vn")
        self.route = Route(params=("truoc", "sau"), straight=("q",), fresh=300)
        self.origin.route = lambda path: self.route if path.startswith("/kept/") else None  # type: ignore[method-assign]
        self.outer = site.pop("outer", 0)
        self.flights = Flights(
            self.cache, self.origin, outer=self.outer, clock=self.clock, patience=site.pop("patience", 5.0)
        )
        self.mirror = Mirror(folder / "mirror")
        self.read: Counter[int] = Counter()
        self.reads = Reads(self.read.update, is_person)
        given: dict[str, Any] = {
            "hosts": ("cong.vn", "127.0.0.1"),
            "secure": False,
            "cookie": "sessionid",
            "straight": ("tai",),
        } | site
        self.front = Front(
            cache=self.cache, origin=self.origin, flights=self.flights, static=self.django,
            last_known=LastKnown(self.cache, self.mirror, clock=self.clock), site=Site(**given), reads=self.reads,
            clock=self.clock,
        )  # fmt: skip

    @property
    def ground(self) -> Ground:
        return ground.current(self.folder / "delivery" / "ground")

    def ask(self, path: str, query: str = "", *, method: str = "GET", **headers: str) -> Answer:
        """Ask as a server would; keywords are headers, or words of the environment in capitals."""
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "cong.vn",
            "wsgi.url_scheme": "http",
        }  # fmt: skip
        environ |= {name if name.isupper() else f"HTTP_{name.upper()}": value for name, value in headers.items()}
        told: list[tuple[str, list[tuple[str, str]]]] = []
        body = b"".join(self.front(environ, lambda status, given, *_: told.append((status, given))))
        status, given = told[0]
        return Answer(int(status[:3]), {name.title(): value for name, value in given}, body)

    def purge(self, *, hard: Iterable[str] = (), soft: Iterable[str] = ()) -> int:
        return self.ground.purge(hard=hard, soft=soft, now=self.clock())
