"""`python -m bench.delivery_web TARGET`: the portal's web server with another application in it."""

from __future__ import annotations

import sys

import django

django.setup()

from cong.config.env import ENV  # noqa: E402
from cong.config.server import serve_web  # noqa: E402
from cong.delivery.serving import forget_pages  # noqa: E402

if __name__ == "__main__":
    forget_pages()
    serve_web(ENV.host, ENV.port, ENV.web_workers, target=sys.argv[1])
