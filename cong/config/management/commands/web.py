"""`cong web`: the web server alone."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cong.config.env import ENV
from cong.config.server import CannotListen, check_port, serve_web
from cong.delivery.serving import forget_pages


class Command(BaseCommand):
    help = "Chạy riêng máy chủ web (HOST, PORT, WEB_WORKERS)."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            check_port(ENV.host, ENV.port)
        except CannotListen as error:
            raise CommandError(str(error)) from error
        # Kept pages may be those of an older program.
        forget_pages()
        serve_web(ENV.host, ENV.port, ENV.web_workers)
