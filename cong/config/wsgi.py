"""The WSGI callable that the web server runs: the front with Django behind it."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cong.config.settings")
django = get_wsgi_application()
# By name, because the front needs what Django has just made ready.
application = import_string("cong.delivery.serving.front")(django)
