"""The Jinja2 environment of reader pages: strict about unknown names, escaping on, translated."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static as hashed
from django.urls import reverse
from django.utils.translation import gettext, ngettext, npgettext, pgettext
from jinja2 import Environment, StrictUndefined

from cong.design import dates
from cong.design.galleries import zoomable
from cong.design.icons import icon, sprite
from cong.design.languages import LANGUAGES, address_in, lang_attribute, language, locale, others, own_address
from cong.design.pictures import picture_sources
from cong.design.words import language_name, no_break, site_name, thousands, whole_numbers, words_of


def environment(**options: Any) -> Environment:
    """Build the environment that Django's Jinja2 backend asks for."""
    options["undefined"] = StrictUndefined
    made = Environment(**options, extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True)  # noqa: S701
    made.policies["ext.i18n.trimmed"] = True
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": True}
    made.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    made.filters.update(
        day=dates.day,
        clock=dates.clock,
        moment=dates.moment,
        weekday_date=dates.weekday_date,
        local_day=dates.local_day,
        iso=dates.iso,
        by_day=dates.by_day,
        no_break=no_break,
        language_name=language_name,
        thousands=thousands,
        whole_numbers=whole_numbers,
        zoomable=zoomable,
    )
    made.globals.update(
        url=_url,
        static=static,
        language=language,
        lang_attribute=lang_attribute,
        all_languages=lambda: LANGUAGES,
        other_languages=others,
        address_in=address_in,
        own_address=own_address,
        locale=locale,
        absolute=_absolute,
        canonical=_canonical,
        icon=icon,
        sprite=sprite,
        picture_sources=picture_sources,
        site_name=site_name,
        words_of=words_of,
        is_demo=lambda: settings.DEMO,
    )
    return made


def _url(name: str, *args: object, **kwargs: object) -> str:
    return reverse(name, args=args or None, kwargs=kwargs or None)


def static(name: str) -> str:
    """Return the hashed address once `cong assets` has collected the file, its plain one before."""
    try:
        return hashed(name)
    except ValueError:
        return f"{settings.STATIC_URL}{name}"


def _absolute(address: str) -> str:
    return address if "://" in address else settings.SITE_URL + address


def _canonical(request: HttpRequest) -> str:
    return settings.SITE_URL + request.path
