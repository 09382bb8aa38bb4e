"""Nightly work on files: public exactly while a live entry refers to them, nothing left of uploads that died."""

from __future__ import annotations

from dataclasses import asdict

from django.utils import timezone
from django_tasks import task

from cong.jobs import schedules
from cong.media import actions as media
from cong.publishing import files


@task
def reconcile_files() -> dict[str, object]:
    """Mend the public store after a machine that stopped between the files and the commit; returns what was done."""
    swept = media.sweep()
    return asdict(files.reconcile(at=timezone.now())) | {"swept": swept}


schedules.register("reconcile-files", reconcile_files, at="03:10")
