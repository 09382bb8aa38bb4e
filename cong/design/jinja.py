"""The Jinja2 environment of reader pages: strict about unknown names, escaping on, translated."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from types import FunctionType, MethodType
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static as hashed
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext, npgettext, pgettext
from jinja2 import Environment, StrictUndefined
from jinja2.runtime import Context, Macro

from cong.design import dates
from cong.design.galleries import zoomable
from cong.design.icons import icon, sprite
from cong.design.languages import LANGUAGES, address_in, lang_attribute, language, locale, others, own_address
from cong.design.phrases import phrase
from cong.design.pictures import picture_sources
from cong.design.words import language_name, no_break, site_name, thousands, whole_numbers, words_of


class Direct(Context):
    """Calls what a template calls without Jinja's look at what it might be: that took a third of a page's time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # All templates have the same globals: an imported one is never made anew for those of the importing one.
        self.globals_keys = set()

    def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 (names that no keyword has)
        kind = type(__obj)
        is_macro = kind is Macro
        if not is_macro and kind is not MethodType and (kind is not FunctionType or hasattr(__obj, "jinja_pass_arg")):
            return super().call(__obj, *args, **kwargs)
        # For those alone that are given the whole context.
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return __obj(__self.eval_ctx, *args, **kwargs) if is_macro else __obj(*args, **kwargs)


def environment(**options: Any) -> Environment:
    """Build the environment that Django's Jinja2 backend asks for."""
    options["undefined"] = StrictUndefined
    made = Environment(**options, extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True)  # noqa: S701
    made.context_class = Direct
    made.policies["ext.i18n.trimmed"] = True
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": True}
    made.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    made.globals.update(gettext=phrase, _=phrase)
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


def _url(name: str, *args: Hashable, **kwargs: Hashable) -> str:
    return _address(get_language(), name, args, tuple(kwargs.items()))


@lru_cache(maxsize=4096)
def _address(
    language: str | None, name: str, args: tuple[Hashable, ...], kwargs: tuple[tuple[str, Hashable], ...]
) -> str:
    return reverse(name, args=args or None, kwargs=dict(kwargs) or None)


def static(name: str) -> str:
    """Return the hashed address once `cong assets` has collected the file, its plain one before."""
    try:
        return _hashed(name)
    except ValueError:
        return f"{settings.STATIC_URL}{name}"


@lru_cache(maxsize=1024)
def _hashed(name: str) -> str:
    return hashed(name)


def _absolute(address: str) -> str:
    return address if "://" in address else settings.SITE_URL + address


def _canonical(request: HttpRequest) -> str:
    return settings.SITE_URL + request.path
