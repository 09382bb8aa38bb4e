"""For machines: partners send us what they publish, signed, and ask what became of it; hubs tell what is new."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cong.harvest import jobs, pushing, subscribing
from cong.harvest.adapters import pushed
from cong.harvest.models import Delivery, Source

_LONGEST_KEY = 200


@csrf_exempt
@require_POST
def push(request: HttpRequest, source: str) -> HttpResponse:
    """Take in a signed body: 202 with the address of its result; 401, 409, 413 or 422 with words when it is refused."""
    found = Source.objects.exclude(secret="").filter(slug=source).first()
    if found is None:
        raise Http404
    if int(request.headers.get("Content-Length") or 0) > pushed.MOST_BYTES:
        return _said(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"Nội dung lớn hơn {pushed.MOST_BYTES // 1_000_000} MB.")
    body, at = request.body, timezone.now()
    problem = pushed.verify(
        found.secret, request.headers.get("X-Cong-Timestamp", ""), body, request.headers.get("X-Cong-Signature", ""), at
    )
    if problem:
        return _said(HTTPStatus.UNAUTHORIZED, problem)
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key or len(key) > _LONGEST_KEY:
        return _said(HTTPStatus.UNPROCESSABLE_ENTITY, f"Cần tiêu đề Idempotency-Key, nhiều nhất {_LONGEST_KEY} ký tự.")
    try:
        delivery, is_new = pushing.receive(found, key, body, at=at)
    except pushing.OtherBody:
        return _said(HTTPStatus.CONFLICT, "Idempotency-Key này đã dùng cho một nội dung khác.")
    if is_new:
        jobs.take_delivery.enqueue(delivery.pk, (request.content_params or {}).get("charset", ""))
    address = settings.SITE_URL + reverse("harvest:delivery", args=[source, delivery.token])
    return JsonResponse({"result": address}, status=HTTPStatus.ACCEPTED)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def websub(request: HttpRequest, token: str) -> HttpResponse:
    """Answer a hub that asks whether we want its deliveries (GET), and take them in (POST): 202, or 410 to be left."""
    return _delivered(request, token) if request.method == "POST" else _confirmed(request, token)


def _confirmed(request: HttpRequest, token: str) -> HttpResponse:
    answer = subscribing.confirm(token, request.GET.dict(), at=timezone.now())
    if answer.status == HTTPStatus.NOT_FOUND:
        raise Http404
    return HttpResponse(answer.body, content_type="text/plain; charset=utf-8", status=answer.status)


def _delivered(request: HttpRequest, token: str) -> HttpResponse:
    source = subscribing.awaited(token)
    if source is None:
        return HttpResponse(status=HTTPStatus.GONE)
    body = request.read(subscribing.MOST_BYTES + 1)
    if len(body) > subscribing.MOST_BYTES:
        return _said(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"Nội dung lớn hơn {subscribing.MOST_BYTES // 1_000_000} MB.")
    # What is put aside is not said: whoever guesses learns nothing, and a hub does not send it again.
    subscribing.receive(
        source, body, charset=(request.content_params or {}).get("charset", ""),
        signature=request.headers.get("X-Hub-Signature", ""), at=timezone.now(),
    )  # fmt: skip
    return HttpResponse(status=HTTPStatus.ACCEPTED)


@require_GET
def result(request: HttpRequest, source: str, token: str) -> HttpResponse:
    """Tell what became of a delivery; whoever has its address may know."""
    found = Delivery.objects.filter(source__slug=source, token=token).first()
    if found is None:
        raise Http404
    answer = JsonResponse(found.result or {"status": "waiting"}, json_dumps_params={"ensure_ascii": False})
    answer["Cache-Control"] = "no-store"
    return answer


def _said(status: HTTPStatus, words: str) -> HttpResponse:
    return JsonResponse({"error": words}, status=status, json_dumps_params={"ensure_ascii": False})
