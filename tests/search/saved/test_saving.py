"""What readers do with saved searches: asking, confirming, changing, ending, and what keeps strangers from it."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from django.core import signing
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from cong.search.models import AlertCursor, Finding, Letter, LetterKind, SavedSearch, Subscriber, Tally
from cong.search.models.saved import hashed
from cong.search.saved import saving, tallies
from cong.search.saved.rhythm import Often
from cong.search.saved.saving import NotOpen, TooOften
from tests.makers import NOON
from tests.search.saved_makers import DAY, HERE, HOUR, QUERY, TITLE, asked_for, find, kept, released, wish

pytestmark = pytest.mark.django_db


def ask(email: str = "lan@vidu.vn", query: str = QUERY, *, network: str = HERE, at: object = NOON) -> None:
    saving.ask(wish(email, query), network=network, at=at)  # type: ignore[arg-type]


def waiting(kind: LetterKind = LetterKind.CONFIRM) -> int:
    return Letter.objects.filter(kind=kind).count()


def test_asking_puts_a_search_down_and_a_letter_that_asks_for_confirmation() -> None:
    saved = asked_for("Lan@Vidu.VN", often=Often.WEEKLY, lang="en")

    assert saved.subscriber.email == "lan@vidu.vn"
    assert (saved.often, saved.lang, saved.since, saved.confirmed_at) == ("weekly", "en", NOON, None)
    assert Letter.objects.get().kind == LetterKind.CONFIRM
    assert AlertCursor.objects.get().seq == 0


def test_asking_again_before_confirming_takes_the_new_rhythm_and_writes_one_letter() -> None:
    asked_for()
    again = asked_for(often=Often.WEEKLY, at=NOON + HOUR)

    assert SavedSearch.objects.count() == waiting() == 1
    assert (again.often, again.asked_at, again.since) == ("weekly", NOON + HOUR, NOON)


def test_asking_for_what_is_confirmed_changes_nothing_and_tells_the_address_alone() -> None:
    saved = kept(often=Often.DAILY)

    asked_for(often=Often.HOURLY, at=NOON + HOUR)

    saved.refresh_from_db()
    assert saved.often == "daily"
    assert waiting(LetterKind.KNOWN) == 1
    assert waiting() == 0


def test_confirming_begins_once_and_drops_the_letter_that_asks() -> None:
    saved = asked_for()
    token = saving.confirmation(saved, at=NOON)

    saving.confirm(token, at=NOON + HOUR)
    owner = saving.confirm(token, at=NOON + 2 * HOUR)

    saved.refresh_from_db()
    assert saved.confirmed_at == NOON + HOUR
    assert owner == saved.subscriber
    assert not Letter.objects.exists()


def test_a_confirmation_is_open_for_seven_days_and_for_its_own_search() -> None:
    saved, other = asked_for(), asked_for("minh@vidu.vn")
    token, theirs = saving.confirmation(saved, at=NOON), saving.confirmation(other, at=NOON)

    assert saving.pending(token, at=NOON + 7 * DAY - timedelta(seconds=1)) == saved
    assert saving.pending(theirs, at=NOON) == other
    with pytest.raises(NotOpen):
        saving.pending(token, at=NOON + 7 * DAY)
    saved.delete()
    with pytest.raises(NotOpen):
        saving.confirm(token, at=NOON)


def test_a_confirmation_of_another_portal_or_of_another_row_under_the_same_number_opens_nothing() -> None:
    saved = asked_for()
    told = [saved.pk, saved.digest[:24], int(NOON.timestamp())]
    foreign = signing.dumps(told, salt="search.confirm", key="another secret key of another portal")
    stale = signing.dumps([saved.pk, "0" * 24, told[2]], salt="search.confirm")
    elsewhere = signing.dumps(told, salt="desk.factcheck")

    for token in (foreign, stale, elsewhere, "", "x" * 10_000, saved.token, saved.subscriber.token, "ộ:1:2"):
        with pytest.raises(NotOpen):
            saving.pending(token, at=NOON)


def test_no_token_opens_what_is_somebody_elses() -> None:
    people = [kept(f"nguoi{n}@vidu.vn", f"{QUERY} {m}", network=f"n{n}") for n, m in product(range(4), range(3))]
    tokens = {one.subscriber.token: one.subscriber_id for one in people} | {one.token: -one.pk for one in people}
    confirmations = {saving.confirmation(one, at=NOON): one.pk for one in people}

    assert len(tokens) == 4 + 12
    for token, belongs in tokens.items():
        assert opens(saving.opened, token) == (belongs if belongs > 0 else None)
        assert opens(saving.ending, token) == (-belongs if belongs < 0 else None)
        assert opens(lambda token: saving.pending(token, at=NOON), token) is None
    for token, belongs in confirmations.items():
        assert opens(lambda token: saving.pending(token, at=NOON), token) == belongs
        assert opens(saving.opened, token) is None
        assert opens(saving.ending, token) is None


def opens(door: object, token: str) -> int | None:
    """Return the number of the row that is opened."""
    try:
        return door(token).pk  # type: ignore[operator, no-any-return]
    except NotOpen:
        return None


def test_a_token_manages_the_searches_of_its_own_address_alone() -> None:
    mine, theirs = kept(), kept("minh@vidu.vn")
    deeds = [
        lambda token, number: saving.change(token, number, Often.WEEKLY, at=NOON),
        lambda token, number: saving.pause(token, number, at=NOON),
        lambda token, number: saving.resume(token, number, at=NOON),
        saving.delete,
    ]
    before = SavedSearch.objects.filter(pk=theirs.pk).values().get()

    for deed in deeds:
        for number in (theirs.pk, 10**12):
            with pytest.raises(NotOpen):
                deed(mine.subscriber.token, number)
        with pytest.raises(NotOpen):
            deed(mine.token, mine.pk)

    assert SavedSearch.objects.filter(pk=theirs.pk).values().get() == before


@pytest.mark.one_engine
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.one_of(
        st.text(max_size=60),
        st.from_regex(r"[A-Za-z0-9_-]{43}", fullmatch=True),
        st.integers(0, 42),
    )
)
def test_a_token_with_one_letter_changed_or_made_up_opens_nothing(made: str | int) -> None:
    saved = Subscriber.objects.filter(email="lan@vidu.vn").first() or kept().subscriber
    own = saved.token
    wrong = made if isinstance(made, str) else f"{own[:made]}{'A' if own[made] != 'A' else 'B'}{own[made + 1 :]}"

    for door in (saving.opened, saving.ending, lambda token: saving.pending(token, at=NOON)):
        assert opens(door, wrong) is None
    assert saving.opened(own) == saved


def test_the_tables_hold_no_token_and_the_key_alone_makes_none(settings: Settings) -> None:
    saved = kept()
    tokens = {saved.token, saved.subscriber.token}

    rows = [*SavedSearch.objects.values(), *Subscriber.objects.values()]
    held = {str(value) for row in rows for value in row.values()}

    assert tokens.isdisjoint(held)
    assert {hashed(token) for token in tokens} <= held
    settings.SECRET_KEY = "another secret key"
    assert tokens.isdisjoint({saved.token, saved.subscriber.token})


def test_a_new_secret_key_leaves_links_in_old_letters_open_until_the_next_letter(settings: Settings) -> None:
    saved = kept()
    old = saved.token

    settings.SECRET_KEY = "another secret key"

    assert saving.ending(old) == saved


def test_changing_the_rhythm_moves_the_letter_that_waits() -> None:
    saved = kept(often=Often.WEEKLY)
    released(TITLE)
    find()

    saving.change(saved.subscriber.token, saved.pk, Often.HOURLY, at=NOON + 2 * HOUR)

    assert Letter.objects.get(kind=LetterKind.HITS).due_at == NOON + 2 * HOUR


def test_pausing_forgets_what_waits_and_resuming_begins_from_then() -> None:
    saved = kept()
    released(TITLE)
    find()

    saving.pause(saved.subscriber.token, saved.pk, at=NOON + HOUR)
    saving.pause(saved.subscriber.token, saved.pk, at=NOON + 2 * HOUR)

    assert SavedSearch.objects.get().paused_at == NOON + HOUR
    assert not Finding.objects.exists()
    assert not Letter.objects.exists()
    saving.resume(saved.subscriber.token, saved.pk, at=NOON + 3 * HOUR)
    saving.resume(saved.subscriber.token, saved.pk, at=NOON + 4 * HOUR)
    resumed = SavedSearch.objects.get()
    assert (resumed.paused_at, resumed.since) == (None, NOON + 3 * HOUR)


def test_ending_one_search_leaves_the_others_and_ending_the_last_deletes_the_address() -> None:
    first, second = kept(), kept(query="bảo tàng")
    released(TITLE)
    find()

    saving.end(first.token)

    assert list(SavedSearch.objects.all()) == [second]
    assert not Finding.objects.filter(saved=first.pk).exists()
    saving.end(second.token)
    assert not Subscriber.objects.exists()
    with pytest.raises(NotOpen):
        saving.end(second.token)


def test_deleting_everything_leaves_no_trace_of_the_address_anywhere() -> None:
    saved, other = kept("lan@vidu.vn"), kept("minh@vidu.vn")
    kept("lan@vidu.vn", "bảo tàng")
    released(TITLE)
    find()

    saving.delete_all(saved.subscriber.token)

    assert list(Subscriber.objects.all()) == [other.subscriber]
    assert list(SavedSearch.objects.all()) == [other]
    assert set(Finding.objects.values_list("saved", flat=True)) == {other.pk}
    assert set(Letter.objects.values_list("saved", flat=True)) == {other.pk}
    with pytest.raises(NotOpen):
        saving.opened(saved.subscriber.token)


def test_five_searches_of_an_address_may_wait_to_be_confirmed() -> None:
    for number in range(saving.MOST_PENDING + 2):
        ask(query=f"{QUERY} {number}", at=NOON + number * DAY / 10)

    assert SavedSearch.objects.count() == saving.MOST_PENDING


def test_an_address_keeps_no_more_than_fifty_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    assert saving.MOST_SEARCHES == 50
    monkeypatch.setattr(saving, "MOST_SEARCHES", 7)

    for number in range(saving.MOST_SEARCHES):
        kept(query=f"{QUERY} {number}", at=NOON + number * DAY)

    ask(query="một tìm kiếm nữa", at=NOON + 100 * DAY)

    assert SavedSearch.objects.count() == saving.MOST_SEARCHES


def test_a_mailbox_gets_five_answers_a_day_under_whatever_names() -> None:
    for number in range(saving.MOST_ANSWERS_A_DAY + 3):
        ask(f"lan+{number}@vidu.vn", network=f"n{number}")
    assert waiting() == saving.MOST_ANSWERS_A_DAY

    ask("minh@vidu.vn")
    ask("lan+mai@vidu.vn", at=NOON + DAY)

    assert waiting() == saving.MOST_ANSWERS_A_DAY + 2


def test_deleting_an_address_does_not_open_its_mailbox_to_more_letters() -> None:
    for number in range(saving.MOST_ANSWERS_A_DAY):
        ask(query=f"{QUERY} {number}")
    Subscriber.objects.all().delete()

    ask(query="bảo tàng")

    assert not Subscriber.objects.exists()


def test_a_network_may_ask_sixty_times_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    assert saving.MOST_A_NETWORK == 60
    monkeypatch.setattr(saving, "MOST_A_NETWORK", 4)

    for number in range(saving.MOST_A_NETWORK):
        ask(f"nguoi{number}@vidu.vn")

    with pytest.raises(TooOften):
        ask("lan@vidu.vn")

    assert waiting() == saving.MOST_A_NETWORK
    ask("lan@vidu.vn", network="198.51.100.0/24")
    ask("minh@vidu.vn", at=NOON + DAY)


def test_counts_name_nobody_and_go_with_their_day() -> None:
    ask()
    held = {str(value) for row in Tally.objects.values() for value in row.values()}
    assert not any("vidu" in one or "192" in one for one in held)

    saving.tidy(at=NOON + DAY)

    assert not Tally.objects.exists()


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2345::7", "2001:db8:1:2300::/56"),
        ("fe80::1%eth0", "fe80::/56"),
        ("", "unknown"),
        ("1.2.3", "unknown"),
    ],
)
def test_clients_are_counted_by_network(address: str, network: str) -> None:
    assert tallies.network_of(address) == network


def test_tidying_deletes_what_nobody_confirmed_in_seven_days_with_its_address() -> None:
    late, kept_one = asked_for(), kept("minh@vidu.vn")
    asked_for("minh@vidu.vn", "bảo tàng")
    fresh = asked_for("hoa@vidu.vn", at=NOON + 2 * DAY)

    done = saving.tidy(at=NOON + 7 * DAY)

    assert (done["unconfirmed"], done["addresses"]) == (2, 1)
    assert set(SavedSearch.objects.all()) == {kept_one, fresh}
    assert not Subscriber.objects.filter(pk=late.subscriber_id).exists()
    assert set(Letter.objects.values_list("saved", flat=True)) == {fresh.pk}


def test_tidying_keeps_findings_as_long_as_they_could_be_told_again() -> None:
    kept()
    released(TITLE)
    find()
    Finding.objects.update(told_at=NOON + HOUR)

    early, late = saving.tidy(at=NOON + 399 * DAY), saving.tidy(at=NOON + 401 * DAY)

    assert (early["findings"], late["findings"]) == (0, 1)
