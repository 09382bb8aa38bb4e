"""What staff see when a form is refused before any screen could answer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form was too old, and how to keep what was typed."""
    return render(request, "desk/form_too_old.html", status=403)
