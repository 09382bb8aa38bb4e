"""Addresses of the desk, below the staff's address. `kiem-chung/` alone is open without signing in."""

from __future__ import annotations

from django.urls import path, re_path

from cong.desk.records import journal_addresses
from cong.desk.staff import acts, bundles, deadjobs, docket, factcheck, home, past
from cong.desk.staff.door import staff

urlpatterns = [
    path("", staff(home.home), name="desk_home"),
    path("ho-so/<int:pk>/", staff(docket.docket), name="desk_docket"),
    path("ho-so/<int:pk>/y-kien/", staff(acts.judge), name="desk_judge"),
    path("ho-so/<int:pk>/xuat-ban/", staff(acts.release), name="desk_release"),
    path("ho-so/<int:pk>/go/", staff(acts.withdraw), name="desk_withdraw"),
    path("ho-so/<int:pk>/chia-khoa/", staff(acts.key), name="desk_key"),
    path("ho-so/<int:pk>/giao/", staff(acts.assign), name="desk_assign"),
    path("ho-so/<int:pk>/moi-kiem-chung/", staff(factcheck.invite), name="desk_invite"),
    path("ho-so/<int:pk>/viec/<slug:verb>/", staff(acts.simple), name="desk_act"),
    path("ban-trinh/<int:pk>/xem/", staff(docket.preview), name="desk_preview"),
    path("loi-moi/<int:pk>/rut/", staff(factcheck.revoke), name="desk_revoke"),
    path("bo/", staff(bundles.bundles_list), name="desk_bundles"),
    path("bo/<int:pk>/", staff(bundles.bundle), name="desk_bundle"),
    path("bo/<int:pk>/xuat-ban/", staff(bundles.release), name="desk_bundle_release"),
    path("bo/<int:pk>/<slug:verb>/<int:docket>/", staff(bundles.change), name="desk_bundle_change"),
    path("thoi-diem/", staff(past.past), name="desk_past"),
    path("thoi-diem/trang/", staff(past.page), name="desk_past_page"),
    *journal_addresses(),
    path("viec-nen/", staff(deadjobs.jobs), name="desk_jobs"),
    path("viec-nen/<int:pk>/chay-lai/", staff(deadjobs.run_again), name="desk_run_again"),
    re_path(r"^kiem-chung/(?P<token>[\w:-]{10,200})/$", factcheck.factcheck, name="desk_factcheck"),
    re_path(
        r"^kiem-chung/(?P<token>[\w:-]{10,200})/tep/(?P<name>[\w.-]{64,120})$", factcheck.file,
        name="desk_factcheck_file",
    ),
]  # fmt: skip
