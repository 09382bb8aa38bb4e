"""The form of a source says every word of its entry, and puts what the registry refuses beside the right field."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cong.harvest import registry
from cong.harvest.forms import SourceForm, said_by
from cong.harvest.models import Trust
from tests import makers
from tests.harvest.test_registry import _LIST, _VALUES, _WHOLE, _WORDS

pytestmark = pytest.mark.django_db

_PLAIN = {"id": "mot", "agency": "xa-mau", "kind": "feed", "url": "https://mot.vn/rss", "policy": "review"}
_SAME = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def _agency() -> None:
    makers.agency("Xã Mẫu")
    makers.agency("Nguồn tin khác", slug=registry.OTHERS)


def _form(entry: dict[str, Any], **more: Any) -> SourceForm:
    """Fill the form in as a browser sends back what it was shown."""
    sent = {name: text.replace("\n", "\r\n") for name, text in (said_by(entry) | more).items()}
    return SourceForm(sent, trusting=True)


def _back(entry: dict[str, Any]) -> dict[str, Any]:
    form = _form(entry)
    form.full_clean()
    return form.entry


def _is_same(one: object, other: object) -> bool:
    return repr(_sorted(one)) == repr(_sorted(other))


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("entry", tomllib.loads(_WHOLE + _LIST)["source"], ids=lambda entry: entry["id"])
def test_an_entry_of_a_registry_comes_back_from_the_form_as_it_was(entry: dict[str, Any]) -> None:
    form = _form(entry)

    assert form.is_valid(), form.errors
    assert _is_same(form.entry, {"kind": "feed", "policy": "auto"} | entry)


# Words that have a field, with values that a field can say, nearly can, and cannot.
_OWN = st.sampled_from(
    ["name", "section", "every", "item", "link", "title", "date", "content", "key", "pages", "first_page", "full",
     "remove", "map", "timezone", "date_order", "charset", "tags"]
)  # fmt: skip
_NEAR = st.sampled_from([
    "xay-dung", "tin-hoat-dong", "DMY", " css:.a", "css:.a\n", "", "true", True, False, 0, 3, -1, 10**9, "3", "/a/ → b",
    ["css:.a", "css:.b"], ["css:.a", ""], ["a\nb"], [], [{"path": "/a/", "section": "van-ban"}],
    [{"tag": "Giáo dục", "section": "giao-duc"}], [{"path": "/a → b/", "section": "c"}],
    [{"tag": " x", "section": "y"}],
    [{"path": "/a/", "section": "van-ban", "note": "x"}], [{"path": "thẻ x", "section": "y"}], [{"tag": 1}], [{}],
])  # fmt: skip
_ENTRIES = st.dictionaries(_OWN, _NEAR | _VALUES, max_size=6)
_MORE = st.dictionaries(_WORDS.map("x {}".format), _VALUES, max_size=3)


@_SAME
@given(_ENTRIES, _MORE)
def test_no_word_of_any_entry_is_lost(own: dict[str, Any], more: dict[str, Any]) -> None:
    entry = _PLAIN | own | more

    assert _is_same(_back(entry), entry)


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"url": "ftp://mot.vn"}, "url", "http://"),
        ({"url": ""}, "url", "thiếu"),
        ({"id": "Xã Một"}, "id", "chữ không dấu"),
        ({"every": "soon"}, "every", "soon"),
        ({"kind": "htmllist"}, "item", "thiếu"),
        ({"kind": "htmllist", "item": "css:.a", "date": "css:["}, "date", "date: "),
        ({"kind": "htmllist", "item": "css:.a", "pages": "3"}, "pages", "{page}"),
        ({"kind": "jsonapi"}, "items", "thiếu"),
        ({"item": "css:.a"}, "item", "htmllist"),
        ({"content": "css:h3["}, "content", "content: "),
        ({"remove": "css:["}, "remove", "remove: "),
        ({"timezone": "Asia/Ha_Noi"}, "timezone", "Ha_Noi"),
        ({"map": "/a/ → khac"}, "map", "khac"),
        ({"map": "/a/ van-ban"}, "map", "không hiểu"),
        ({"pages": "ba"}, "pages", "số nguyên"),
        ({"other": 'robots = "never"'}, "other", "robots"),
        ({"other": 'robots = "ignore"'}, "other", "licence"),
        ({"other": "date_order = 3"}, "other", "date_order"),
        ({"other": "licence = "}, "other", "TOML"),
        ({"other": 'policy = "auto"'}, "other", "ô riêng"),
        ({"other": 'every = "2h"', "every": "1h"}, "other", "ô riêng"),
        ({"agency": "khong-co"}, "agency", ""),
    ],
)
def test_what_is_refused_stands_beside_its_field_and_nothing_typed_is_lost(
    typed: dict[str, str], field: str, words: str
) -> None:
    form = _form(_PLAIN, **typed)

    assert not form.is_valid()
    assert list(form.errors) == [field]
    assert words in str(form.errors[field].as_text())
    assert {name: form[name].value() for name in typed} == typed


def test_only_those_who_may_trust_a_source_are_offered_that_it_publishes_by_itself() -> None:
    offered = [
        {value for value, _ in SourceForm(trusting=trusting, stored=stored)["policy"].field.choices}  # type: ignore[attr-defined]
        for trusting, stored in ((True, None), (False, None), (False, _PLAIN | {"policy": "auto"}))
    ]

    assert [Trust.AUTO in one for one in offered] == [True, False, True]


def test_the_id_of_a_stored_source_stays() -> None:
    form = SourceForm(said_by(_PLAIN) | {"id": "khac"}, stored=_PLAIN, trusting=True)

    assert form.is_valid()
    assert form.entry["id"] == "mot"
