"""Runs the judged set: what staff expect to find, asked as readers ask; says when search has become worse."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from cong.accounts.models import User
from cong.agencies.models import Membership, Role
from cong.entries.models import Entry
from cong.journal.actions import record
from cong.search.asking import asked_query
from cong.search.engines.engine import Engine
from cong.search.measures import DEPTH, Score, Scored, drop, losers, scored
from cong.search.models import Expectation, Ran
from cong.search.roles import must_tune

MARGIN = 0.02
"""The judged set may lose so much nDCG@10 in a night."""

KEPT = timedelta(days=400)
_LANG = "vi"
_NAMED = 10


class NothingExpected(Exception):
    """The judged set is empty, or nothing that it expects is public."""

    def __init__(self) -> None:
        super().__init__("Bộ kiểm tra chưa có dòng nào mà bài còn công khai.")


@dataclass(frozen=True, kw_only=True)
class Judged:
    """Whoever types this should find these entries among the first ten."""

    query: str
    wanted: tuple[int, ...]


def judged() -> list[Judged]:
    """Return the active lines of the judged set by query; what is not public any more is wanted by nobody."""
    rows = Expectation.objects.filter(is_active=True).order_by("query", "pk").values_list("query", "entry_id")
    live = set(Entry.objects.filter(pk__in=[entry for _, entry in rows]).values_list("pk", flat=True))
    found: defaultdict[str, list[int]] = defaultdict(list)
    for query, entry in rows:
        if entry in live:
            found[query].append(entry)
    return [Judged(query=query, wanted=tuple(wanted)) for query, wanted in found.items()]


def score(engine: Engine, judged: Iterable[Judged], at: datetime) -> Score:
    """Ask an engine everything, as a reader would at that moment. Raises NotReady."""
    return Score(scored=tuple(_asked(engine, one, at) for one in judged))


def _asked(engine: Engine, one: Judged, at: datetime) -> Scored:
    page = engine.search(replace(asked_query(one.query, lang=_LANG, at=at), limit=DEPTH))
    return scored(one.query, one.wanted, [hit.id for hit in (*page.hits, *page.near)])


def run(engine: Engine, *, by: User | None, at: datetime) -> Ran:
    """Run the judged set and keep what came of it; `by` is None for the nightly run.

    It passes when the queries that the last run which passed asked too have not lost more than MARGIN. Raises
    PermissionDenied, NothingExpected, NotReady.
    """
    if by is not None:
        must_tune(by, at=at)
    lines = judged()
    if not lines:
        raise NothingExpected
    found, before = score(engine, lines, at), last_passed()
    lost = drop(score_of(before), found) if before else 0.0
    with transaction.atomic():
        ran = Ran.objects.create(
            at=at, version=engine.mark().version, queries=len(lines), ndcg=found.ndcg, success=found.success,
            drop=lost, passed=lost <= MARGIN, results=[one.as_data() for one in found.scored],
            by=by.username if by else "",
        )  # fmt: skip
        if by is not None:
            record("search.judged-run", f"ran:{ran.pk}", actor=by.username, at=at, **_said(ran))
    return ran


def accept(ran: Ran, *, by: User, at: datetime) -> None:
    """Have later runs be measured by one that did not pass: it is as good as it can be now. Raises PermissionDenied."""
    must_tune(by, at=at)
    with transaction.atomic():
        if Ran.objects.filter(pk=ran.pk, passed=False).update(passed=True):
            record("search.judged-accept", f"ran:{ran.pk}", actor=by.username, at=at, **_said(ran))


def _said(ran: Ran) -> dict[str, Any]:
    return {"queries": ran.queries} | {name: round(getattr(ran, name), 4) for name in ("ndcg", "success", "drop")}


def run_nightly(engine: Engine, *, at: datetime) -> Ran | None:
    """Run the judged set, write to the operators when search has become worse, and forget runs of long ago.

    Returns None when there is nothing to run. Raises NotReady.
    """
    before, passed = last(), last_passed()
    try:
        ran = run(engine, by=None, at=at)
    except NothingExpected:
        return None
    if passed and not ran.passed and (before is None or before.passed):
        for letter in letters(ran, passed):
            letter.send()
    old = Ran.objects.filter(at__lt=at - KEPT)
    (old.exclude(pk=passed.pk) if passed else old).delete()
    return ran


def last() -> Ran | None:
    return Ran.objects.order_by("-at", "-pk").first()


def last_passed() -> Ran | None:
    """Return the run by which later ones are measured."""
    return Ran.objects.filter(passed=True).order_by("-at", "-pk").first()


def score_of(ran: Ran) -> Score:
    """Return what a run kept."""
    return Score(scored=tuple(Scored.from_data(one) for one in ran.results))


def letters(ran: Ran, before: Ran) -> list[EmailMessage]:
    """Return the letters that say what became worse, one for each operator at the centre."""
    lost = losers(score_of(before), score_of(ran))
    return [_letter(ran, before, lost, person) for person in _operators(ran.at)]


def _operators(at: datetime) -> list[User]:
    held = Membership.objects.on(timezone.localtime(at).date()).filter(agency__is_centre=True, role=Role.OPERATOR)
    people = User.objects.filter(pk__in=held.values("user"), is_active=True)
    return list(people.exclude(email="").order_by("pk"))


def _letter(ran: Ran, before: Ran, lost: Sequence[tuple[Scored, Scored]], person: User) -> EmailMessage:
    host = settings.SITE_URL.split("://", 1)[-1].split("/", 1)[0].split(":", 1)[0]
    lines = [
        f"Kính gửi {person},", "",
        f"Bộ kiểm tra tìm kiếm đêm qua kém hơn lần đạt gần nhất ({timezone.localtime(before.at):%d/%m/%Y}): những câu "
        f"có ở cả hai lần giảm {_figure(ran.drop)} điểm nDCG@10 (được phép {_figure(MARGIN)}).", "",
        f"Những câu kém đi nhiều nhất ({min(len(lost), _NAMED)} trong {len(lost)}):",
        *(f"- {now.query}: {_figure(was.ndcg)} → {_figure(now.ndcg)}" for was, now in lost[:_NAMED]), "",
        f"Xem từng câu: {settings.SITE_URL}/ban-lam-viec/tim-kiem/bo-kiem-tra/lan-chay/{ran.pk}/",
    ]  # fmt: skip
    return EmailMessage(
        f"[{settings.SITE_NAME}] Tìm kiếm kém đi", "\n".join(lines), to=[person.email],
        headers={"Message-ID": f"<search-ran.{ran.pk}.{person.pk}@{host}>", "Auto-Submitted": "auto-generated"},
    )  # fmt: skip


def _figure(value: float) -> str:
    return f"{value:.3f}".replace(".", ",")
