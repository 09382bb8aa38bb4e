"""Is it alive, can it serve: for the supervisor and the load balancer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from cong.config import readiness


@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """Answer as long as the process lives; touches nothing else."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when everything that pages need is there, else 503 with what is missing."""
    checks = readiness.checks()
    able = set(checks.values()) == {readiness.OK}
    return JsonResponse({"ready": able, "checks": checks}, status=200 if able else 503)
