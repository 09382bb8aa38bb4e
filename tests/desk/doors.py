"""The table of the walk: for every open staff address its arguments, who may, and what they get.

An address that is missing here fails the walk: whoever adds one says here who may use it.
"""

from __future__ import annotations

from typing import Any

from cong.agencies.models import Role
from tests.desk.door import (
    ADMINS,
    ALL,
    AUDITORS,
    AUTHORS,
    DUTY,
    INVITERS,
    KEYS,
    MAKERS,
    OPERATORS,
    READING,
    Door,
    Given,
    Make,
    thing_of,
)
from tests.desk.front_doors import FRONT
from tests.desk.hub_doors import HUB
from tests.desk.makers import Land
from tests.desk.search_doors import SEARCH


def sha(docket: Any) -> str:
    return str(docket.snapshot.sha256)


def _verb(posts: frozenset[Role], thing: str, sends: Make, *, post: str = "302", **args: str) -> Door:
    """Return the door of a form about a docket: every reader sees why not, who may does."""
    return Door(
        may=READING, posts=posts, get="405", post=post, sends=sends, args=lambda land: {**thing_of(thing)(land), **args}
    )


_PAST: Make = lambda land: {"dia-chi": "/", "tai": "2026-11-25T12:00"}  # noqa: E731 (a row of the table)

DESK = {
    "desk_home": Door(may=ALL, sees=READING, anywhere=True, asks=lambda land: {"muc": "don-vi"}),
    "desk_docket": Door(may=READING, args=thing_of("submitted")),
    "desk_preview": Door(may=READING, args=lambda land: {"pk": land.things.submitted.snapshot_id}),
    "desk_judge": _verb(frozenset({Role.APPRAISER}), "submitted",
                        lambda land: {"step": "appraise", "sha256": sha(land.things.submitted)}),
    "desk_release": _verb(DUTY, "loose", lambda land: {"when": "now", "sha256": sha(land.things.loose)}),
    "desk_withdraw": _verb(DUTY, "live", lambda land: {"mode": "gone", "note": "Nhầm ngày."}),
    "desk_key": _verb(KEYS, "submitted", lambda land: {"sha256": sha(land.things.submitted), "reason": "Bão."}),
    "desk_assign": _verb(KEYS, "submitted", lambda land: {"to": land.own.appraiser.pk}),
    "desk_invite": _verb(INVITERS, "submitted", lambda land: {"name": "Cô Ngoài", "days": "3"}, post="200"),
    "desk_revoke": _verb(INVITERS, "invitation", lambda land: {}),
    "desk_act": _verb(frozenset({Role.APPRAISER}), "submitted", lambda land: {}, verb="claim"),
    "desk_bundles": Door(
        may=ALL, posts=MAKERS, sees=READING, anywhere=True, post="302",
        sends=lambda land: {"title": "Bộ mới", "agency": land.own.agency.pk},
    ),
    "desk_bundle": Door(may=READING, args=thing_of("bundle")),
    "desk_bundle_release": _verb(DUTY, "bundle", lambda land: {f"sha-{land.things.ready.pk}": sha(land.things.ready)}),
    "desk_bundle_change": Door(
        may=READING, posts=MAKERS, get="405", post="302",
        args=lambda land: {"pk": land.things.bundle.pk, "verb": "them", "docket": land.things.loose.pk},
    ),
    "desk_past": Door(may=ALL, anywhere=True, asks=_PAST),
    "desk_past_page": Door(may=ALL, anywhere=True, asks=_PAST),
    "desk_showcase": Door(may=ALL, anywhere=True),
    "desk_jobs": Door(may=OPERATORS, anywhere=True),
    "desk_run_again": Door(may=OPERATORS, anywhere=True, get="405", post="302", args=thing_of("job")),
    "desk_factcheck": Door(
        may=ALL, everybody=True, post="302", args=lambda land: {"token": land.things.token},
        sends=lambda land: {"text": "Ngày ấy là thứ Ba."},
    ),
    "desk_factcheck_file": Door(
        may=ALL, everybody=True, args=lambda land: {"token": land.things.token, "name": picture(land)}
    ),
    "desk_journal": Door(may=AUDITORS, anywhere=True),
    "desk_journal_event": Door(may=AUDITORS, args=lambda land: {"pk": land.things.event}),
    "desk_journal_export": Door(may=AUDITORS, anywhere=True, args=lambda land: {"kind": "csv"}),
    "desk_journal_rights": Door(may=AUDITORS, anywhere=True),
}  # fmt: skip


def picture(land: Land) -> str:
    return f"{land.things.asset.file.sha256}-300.webp"


def _person(**given: Any) -> Door:
    values: dict[str, Any] = {"get": "405", "post": "422", "args": thing_of("staff")} | given
    return Door(may=ADMINS, **values)


# What an admin's post lacks is told to them (422): who may do what inside is the business of the room's own tests.
PEOPLE = {
    "people_list": Door(may=ADMINS, anywhere=True),
    "people_create": Door(may=ADMINS, anywhere=True, post="422", sends=lambda land: {"username": ""}),
    "people_invite": Door(may=ADMINS, anywhere=True, get="405", post="422"),
    "people_person": Door(may=ADMINS, args=thing_of("staff")),
    "people_propose": _person(),
    "people_deputy": _person(),
    "people_disable": _person(),
    "people_restore": _person(),
    "people_reset": _person(post="200", central=True),
    "people_confirm": _person(post="302", central=True, args=thing_of("waiting")),
    "people_end": _person(post="302", args=thing_of("waiting")),
}


def _asset(may: frozenset[Role], **given: Any) -> Door:
    return Door(may=may, sees=ALL, args=thing_of("asset"), **given)


MEDIA = {
    "media_assets:index": Door(may=ALL, anywhere=True, sees=ALL),
    "media_assets:index_results": Door(may=ALL, anywhere=True, sees=ALL),
    "media_assets:add": Door(may=AUTHORS, anywhere=True, post="200"),
    "media_assets:edit": _asset(AUTHORS, post="200"),
    "media_assets:delete": _asset(AUTHORS, post="302"),
    "media_assets:history": _asset(ALL),
    "media_assets:history_results": _asset(ALL),
    "media_assets:usage": _asset(AUTHORS),
    "media_private": Door(may=ALL, args=lambda land: {"token": land.things.asset.token}),
    "media_thumbnail": Door(may=ALL, args=lambda land: {"token": land.things.asset.token}),
    "media_named": Door(may=ALL, args=lambda land: {"name": picture(land)}),
}
for _kind in ("picture", "video", "audio", "document"):
    _chosen = "200" if _kind == "picture" else "404"
    MEDIA |= {
        f"media_choose_{_kind}:choose": Door(may=ALL, anywhere=True, sees=ALL),
        f"media_choose_{_kind}:choose_results": Door(may=ALL, anywhere=True, sees=ALL),
        f"media_choose_{_kind}:chosen": _asset(ALL, get=_chosen),
        f"media_choose_{_kind}:chosen_multiple": Door(
            may=ALL, anywhere=True, sees=ALL, asks=lambda land: {"id": land.things.asset.pk}
        ),
        f"media_choose_{_kind}:create": Door(may=AUTHORS, anywhere=True, post="200"),
    }


def _page(land: Land) -> Given:
    return {"page_id": land.things.page.pk}


def _below(land: Land) -> Given:
    return {"parent_page_id": land.things.root.pk}


def _revision(land: Land) -> Given:
    return {"page_id": land.things.page.pk, "revision_id": land.things.page.latest_revision_id}


def _kind_below(land: Land) -> Given:
    return {**_below(land), "content_type_app_name": "newsroom", "content_type_model_name": "articlepage"}


def _written(land: Land) -> Given:
    """Return a form of the editor with a title and nothing else that is new."""
    page = land.things.page
    return {
        "title": "Chim sẻ bay xa", "lang": "vi", "grade": "B", "kind": "news", "part": "tin-hoat-dong",
        "section": page.section, "body-count": "0", "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0",
        "loaded_revision_created_at": page.latest_revision.created_at.isoformat(),
    }  # fmt: skip


PAGES = {
    "newsroom_compare": Door(may=AUTHORS, args=_page),
    "newsroom_recall": Door(
        may=AUTHORS, get="405", post="302", args=lambda land: {"page_id": land.things.sent_page.pk}
    ),
    "wagtailadmin_explore_root": Door(may=AUTHORS, anywhere=True, get="302"),
    "wagtailadmin_explore": Door(may=AUTHORS, args=_below),
    "wagtailadmin_explore_results": Door(may=AUTHORS, args=_below),
    "wagtailadmin_choose_page": Door(may=ALL, anywhere=True, sees=AUTHORS),
    "wagtailadmin_choose_page_child": Door(may=AUTHORS, args=_below),
    "wagtailadmin_choose_page_search": Door(may=ALL, anywhere=True, sees=AUTHORS, asks=lambda land: {"q": "Chim"}),
    "wagtailadmin_api:pages:listing": Door(may=ALL, anywhere=True, sees=AUTHORS),
    "wagtailadmin_api:pages:detail": Door(may=AUTHORS, args=lambda land: {"pk": land.things.page.pk}),
    "wagtailadmin_pages:add": Door(may=AUTHORS, post="302", args=_kind_below, sends=_written),
    "wagtailadmin_pages:add_subpage": Door(may=AUTHORS, args=_below),
    "wagtailadmin_pages:preview_on_add": Door(may=AUTHORS, post="200", args=_kind_below),
    "wagtailadmin_pages:edit": Door(may=AUTHORS, post="302", args=_page, sends=_written),
    "wagtailadmin_pages:preview_on_edit": Door(may=AUTHORS, post="200", args=_page),
    "wagtailadmin_pages:view_draft": Door(may=AUTHORS, post="200", args=_page),
    "wagtailadmin_pages:delete": Door(may=AUTHORS, post="302", args=_page),
    "wagtailadmin_pages:search": Door(may=AUTHORS, anywhere=True, sees=AUTHORS, asks=lambda land: {"q": "Chim"}),
    "wagtailadmin_pages:search_results": Door(may=AUTHORS, anywhere=True, sees=AUTHORS),
    "wagtailadmin_pages:history": Door(may=AUTHORS, args=_page),
    "wagtailadmin_pages:history_results": Door(may=AUTHORS, args=_page),
    "wagtailadmin_pages:lock": Door(may=AUTHORS, get="405", post="302", args=_page),
    "wagtailadmin_pages:unlock": Door(may=AUTHORS, get="405", post="302", args=_page),
    "wagtailadmin_pages:revisions_view": Door(may=AUTHORS, args=_revision),
    "wagtailadmin_pages:revisions_revert": Door(may=AUTHORS, post="302", args=_revision, sends=_written),
    "wagtailadmin_pages:revisions_compare": Door(
        may=AUTHORS,
        args=lambda land: {"pk": land.things.page.pk, "revision_id_a": "earliest", "revision_id_b": "latest"},
    ),
    "wagtailadmin_editing_sessions:ping": Door(
        may=AUTHORS, get="405", post="200",
        args=lambda land: {"app_label": "newsroom", "model_name": "articlepage", "object_id": land.things.page.pk,
                           "session_id": 1},
    ),
    # Only the person's own session is let go.
    "wagtailadmin_editing_sessions:release": Door(
        may=ALL, anywhere=True, get="405", post="200", args=lambda land: {"session_id": 1}
    ),
}  # fmt: skip

REST = {
    "wagtailadmin_login": Door(
        may=ALL, everybody=True, post="200", sends=lambda land: {"username": "khong-co", "password": "khong-dung"}
    ),
    "wagtailadmin_sprite": Door(may=ALL, everybody=True, post="200"),
    "wagtailadmin_javascript_catalog": Door(may=ALL, everybody=True),
    "wagtailadmin_logout": Door(may=ALL, anywhere=True, get="405", post="login"),
    "wagtailadmin_home": Door(may=ALL, sees=READING, anywhere=True),
    "wagtailadmin_account": Door(may=ALL, anywhere=True, post="200"),
    "wagtailadmin_dismissibles": Door(may=ALL, anywhere=True),
    "wagtailadmin_block_preview": Door(may=ALL, anywhere=True, get="404"),
    **{
        f"wagtailadmin_choose_page_{kind}_link": Door(
            may=ALL, anywhere=True, post="200", sends=lambda land: {"external-link-chooser-url": "https://vidu.vn/"}
        )
        for kind in ("external", "email", "phone", "anchor")
    },
}
DOORS = DESK | PEOPLE | MEDIA | PAGES | HUB | SEARCH | FRONT | REST
