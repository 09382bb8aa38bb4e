"""Collected static files with their compressed twins, answered before Django is asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from whitenoise.middleware import WhiteNoiseMiddleware

from cong.delivery.origin import Application, Start


class Static:
    """A WSGI callable around Django. The files, their types and their lives are those of WhiteNoise's middleware."""

    def __init__(self, django: Application) -> None:
        self._django = django
        self._files: dict[str, Any] = WhiteNoiseMiddleware(get_response=lambda request: None).files

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        file = self._files.get(environ["PATH_INFO"])
        if file is None:
            return self._django(environ, start)
        answer = file.get_response(environ["REQUEST_METHOD"], environ)
        start(f"{answer.status} {answer.status.phrase}", list(answer.headers))
        if answer.file is None:
            return []
        # Whole: the largest is a font, and a server sends one piece for a third of what many cost.
        with answer.file as opened:
            return [opened.read()]
