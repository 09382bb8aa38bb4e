"""What a reader does with saved searches: ask for one, confirm it, change it, end it. Nobody signs in.

Whoever holds a token may do what it opens, and nothing else; tokens go out by mail to the address alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from cong.search.index import shelf
from cong.search.models import AlertCursor, Finding, Letter, LetterKind, SavedSearch, Subscriber
from cong.search.models.saved import hashed
from cong.search.saved import tallies
from cong.search.saved.owing import due_at, owe_letters
from cong.search.saved.rhythm import Often

CONFIRM_WITHIN = timedelta(days=7)
MOST_SEARCHES = 50
"""Of one mail address, confirmed or not."""
MOST_PENDING = 5
"""Of one mail address: searches that wait to be confirmed."""
MOST_ANSWERS_A_DAY = 5
"""To one mailbox: letters that the form on the page brings about."""
MOST_A_NETWORK = 60
"""A day: uses of the form from one network."""

CURSOR = "saved-searches"
_FOUND_KEPT = timedelta(days=400)
_SALT = "search.confirm"
_SHORT = 24
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}\Z")
_SIGNED = re.compile(r"[A-Za-z0-9_.:-]{1,500}\Z")


class NotOpen(Exception):
    """The link opens nothing: it is wrong or too old, or what it opened is gone."""


class TooOften(Exception):
    """From that network the form was used too often today."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What was filled in. `query`: cleaned, not empty; `lang`: the language of the page, and so of the letters."""

    email: str
    query: str
    lang: str
    often: Often


@transaction.atomic
def ask(wish: Wish, *, network: str, at: datetime) -> None:
    """Put a search down until its address confirms it, and a letter that asks for that; raises TooOften.

    What is known of the address does not show: beyond its limits nothing happens, and nothing is said.
    """
    today = timezone.localtime(at).date()
    if not tallies.within(MOST_A_NETWORK, f"network {network}", on=today):
        raise TooOften
    email = wish.email.lower()
    if not tallies.within(MOST_ANSWERS_A_DAY, f"mailbox {tallies.mailbox_of(email)}", on=today):
        return
    saved = _put_down(wish, _subscriber(email, at=at), at=at)
    if saved is None:
        return
    kind = LetterKind.KNOWN if saved.confirmed_at else LetterKind.CONFIRM
    Letter.objects.get_or_create(saved=saved, kind=kind, defaults={"due_at": at})
    # Entries from here on are looked at; what was released before is new to nobody.
    AlertCursor.objects.get_or_create(name=CURSOR, defaults={"seq": shelf.last_seq()})


def _subscriber(email: str, *, at: datetime) -> Subscriber:
    """Return the address's row, locked; one that was just being deleted is made anew."""
    while True:
        fresh = Subscriber(email=email, made_at=at)
        fresh.turn_key()
        given = {"made_at": at, "nonce": fresh.nonce, "digest": fresh.digest}
        made, _ = Subscriber.objects.get_or_create(email=email, defaults=given)
        locked = _lock(made.pk)
        if locked is not None:
            return locked


def _put_down(wish: Wish, subscriber: Subscriber, *, at: datetime) -> SavedSearch | None:
    """Return the search as it is kept from now on; None beyond the limits of the address."""
    searches = SavedSearch.objects.filter(subscriber=subscriber)
    known = searches.filter(query=wish.query, lang=wish.lang).first()
    if known is not None:
        if known.confirmed_at is None:
            known.often, known.asked_at = wish.often.value, at
            known.save(update_fields=["often", "asked_at"])
        return known
    pending = searches.filter(confirmed_at__isnull=True).count()
    if pending >= MOST_PENDING or searches.count() >= MOST_SEARCHES:
        return None
    saved = SavedSearch(
        subscriber=subscriber, query=wish.query, lang=wish.lang, often=wish.often.value, since=at, asked_at=at
    )
    saved.turn_key()
    saved.save()
    return saved


def confirmation(saved: SavedSearch, *, at: datetime) -> str:
    """Return the signed token that confirms a search, for seven days."""
    return signing.dumps([saved.pk, saved.digest[:_SHORT], int(at.timestamp())], salt=_SALT)


def pending(token: str, *, at: datetime) -> SavedSearch:
    """Return the search that a confirmation is about, confirmed already or not; raises NotOpen."""
    try:
        told = signing.loads(token, salt=_SALT) if _SIGNED.match(token) else None
    except signing.BadSignature as error:
        raise NotOpen from error
    if not told or told[2] + CONFIRM_WITHIN.total_seconds() <= at.timestamp():
        raise NotOpen
    saved = SavedSearch.objects.select_related("subscriber").filter(pk=told[0]).first()
    if saved is None or not constant_time_compare(saved.digest[:_SHORT], told[1]):
        raise NotOpen
    return saved


@transaction.atomic
def confirm(token: str, *, at: datetime) -> Subscriber:
    """Begin to send letters about the search; again is nothing. Returns whose it is; raises NotOpen."""
    saved = pending(token, at=at)
    if SavedSearch.objects.filter(pk=saved.pk, confirmed_at__isnull=True).update(confirmed_at=at):
        Letter.objects.filter(saved=saved, kind=LetterKind.CONFIRM, leased_until__isnull=True).delete()
        owe_letters([saved.pk], at=at)
    return saved.subscriber


def opened(token: str) -> Subscriber:
    """Return whose searches a token manages; raises NotOpen."""
    found = Subscriber.objects.filter(digest=hashed(token)).first() if _TOKEN.match(token) else None
    if found is None or not found.is_opened_by(token):
        raise NotOpen
    return found


def ending(token: str) -> SavedSearch:
    """Return the search that a token ends; raises NotOpen."""
    found = SavedSearch.objects.filter(digest=hashed(token)).first() if _TOKEN.match(token) else None
    if found is None or not found.is_opened_by(token):
        raise NotOpen
    return found


@transaction.atomic
def end(token: str) -> SavedSearch:
    """Delete the search that the token of its letters opens, and the address with its last one; raises NotOpen."""
    saved = ending(token)
    _lock(saved.subscriber_id)
    _delete(saved)
    return saved


@transaction.atomic
def change(token: str, number: int, often: Often, *, at: datetime) -> None:
    """Send letters about one search of the token's address at another rhythm; raises NotOpen."""
    saved = _one_of(token, number)
    saved.often = often.value
    saved.save(update_fields=["often"])
    # One that is being sent, or was tried in vain, keeps its moment.
    untouched = Letter.objects.filter(saved=saved, kind=LetterKind.HITS, tries=0)
    untouched.update(due_at=due_at(often, saved.told_at, at=at))


@transaction.atomic
def pause(token: str, number: int, *, at: datetime) -> None:
    """Send nothing about one search until it is resumed, and forget what waits to be told; raises NotOpen."""
    saved = _one_of(token, number)
    if saved.paused_at is None:
        saved.paused_at = at
        saved.save(update_fields=["paused_at"])
        Finding.objects.filter(saved=saved, told_at__isnull=True).delete()
        Letter.objects.filter(saved=saved, kind=LetterKind.HITS).delete()


@transaction.atomic
def resume(token: str, number: int, *, at: datetime) -> None:
    """Tell again of what is released from now on; raises NotOpen."""
    saved = _one_of(token, number)
    if saved.paused_at is not None:
        saved.paused_at, saved.since = None, at
        saved.save(update_fields=["paused_at", "since"])


@transaction.atomic
def delete(token: str, number: int) -> None:
    """Delete one search of the token's address, and the address with its last one; raises NotOpen."""
    _delete(_one_of(token, number))


@transaction.atomic
def delete_all(token: str) -> None:
    """Delete the token's address and all that was kept for it; raises NotOpen."""
    subscriber = opened(token)
    _lock(subscriber.pk)
    # In the order in which whoever writes down what was found takes them.
    list(subscriber.searches.select_for_update().order_by("pk"))
    subscriber.delete()


def _one_of(token: str, number: int) -> SavedSearch:
    subscriber = opened(token)
    _lock(subscriber.pk)
    found = SavedSearch.objects.select_for_update().filter(subscriber=subscriber, pk=number).first()
    if found is None:
        raise NotOpen
    return found


def _delete(saved: SavedSearch) -> None:
    SavedSearch.objects.filter(pk=saved.pk).delete()
    _forget_if_empty(saved.subscriber_id)


def _lock(number: int) -> Subscriber | None:
    """Lock an address until the transaction ends; always before its searches, so that no two wait for each other."""
    return Subscriber.objects.select_for_update().filter(pk=number).first()


def _forget_if_empty(number: int) -> bool:
    """Delete an address without searches. Its lock keeps out whoever is just saving one for it."""
    locked = _lock(number)
    if locked is None or locked.searches.exists():
        return False
    locked.delete()
    return True


def tidy(*, at: datetime) -> dict[str, int]:
    """Delete what nobody confirmed in time, addresses without searches, and old findings; returns how many."""
    empty = Subscriber.objects.filter(searches__isnull=True)
    return {
        "unconfirmed": _forget_unconfirmed(at=at),
        "addresses": sum(_forgotten(number) for number in empty.values_list("pk", flat=True)),
        "findings": Finding.objects.filter(found_at__lt=at - _FOUND_KEPT, told_at__isnull=False).delete()[0],
        "tallies": tallies.forget(before=timezone.localtime(at).date()),
    }


@transaction.atomic
def _forget_unconfirmed(*, at: datetime) -> int:
    late = SavedSearch.objects.filter(confirmed_at__isnull=True, asked_at__lte=at - CONFIRM_WITHIN)
    numbers = list(late.select_for_update().order_by("pk").values_list("pk", flat=True))
    for number in numbers:
        SavedSearch.objects.filter(pk=number).delete()
    return len(numbers)


@transaction.atomic
def _forgotten(number: int) -> bool:
    return _forget_if_empty(number)
