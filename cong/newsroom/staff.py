"""The editor with one button more (Trình thẩm định), and nothing lost when two people write at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.revisions import RevisionsRevertView
from wagtail.models import Page

from cong.accounts.models import User
from cong.newsroom import queries
from cong.newsroom.actions import Unsealable, submit
from cong.newsroom.process import changed_lines
from cong.newsroom.sealing import Problem
from cong.newsroom.texts import texts
from cong.publishing.actions import OutOfDate
from cong.publishing.preflight import Blocked
from cong.publishing.process import NotAllowed

_RESTORE = "khoi-phuc"


class Careful:
    """Mixed into every view that saves a page: one writer at a time, and a stale form is told, never taken."""

    request: HttpRequest
    real_page_record: Any
    latest_revision: Any
    page: Any
    form: Any
    form_class: Any
    conflict: list[tuple[str, str, str]] | None = None
    problems: Iterable[Any] = ()
    is_restored = False

    def get_template_names(self) -> list[str]:
        names = super().get_template_names()  # type: ignore[misc]
        return ["newsroom/edit.html"] if names == ["wagtailadmin/pages/edit.html"] else names

    def dispatch(self, request: HttpRequest, page_id: int, **given: Any) -> HttpResponse:
        if request.method != "POST":
            answer: HttpResponse = super().dispatch(request, page_id, **given)  # type: ignore[misc]
            return answer
        with transaction.atomic():
            Page.objects.select_for_update().filter(pk=page_id).first()
            answer = super().dispatch(request, page_id, **given)  # type: ignore[misc]
            # Rendered while the row is held: what is shown is what was decided on.
            render: Callable[[], HttpResponse] | None = getattr(answer, "render", None)
            return render() if render else answer

    def post(self, request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
        if _RESTORE in request.GET:
            return self.show_restored()
        if not self.expects_json_response and self.is_stale:  # type: ignore[attr-defined]
            return self.show_conflict()
        answer: HttpResponse = super().post(request, *args, **given)  # type: ignore[misc]
        return answer

    @property
    def is_stale(self) -> bool:
        """Tell whether someone else saved after this form was loaded.

        Own autosaves do not count: the form does not carry their id, so Wagtail's own check would refuse everyone
        whom autosave helped.
        """
        loaded = parse_datetime(self.request.POST.get("loaded_revision_created_at", ""))
        if loaded is None:
            return True
        newer = self.real_page_record.revisions.filter(created_at__gt=loaded)
        return bool(newer.exclude(user=self.request.user).exists())

    @cached_property
    def is_out_of_date(self) -> bool:
        """Refuse an autosave that does not say what it was made from; Wagtail would take it."""
        said = self.request.POST.get("overwrite_revision_id") or self.request.POST.get("loaded_revision_id")
        return bool(self.latest_revision and not said) or bool(super().is_out_of_date)  # type: ignore[misc]

    def show_conflict(self) -> HttpResponse:
        """Answer 409: the form as typed, and where it differs from what the other person saved."""
        theirs = self.real_page_record.get_latest_revision_as_object()
        self._fill_with_what_was_typed()
        self.conflict = changed_lines(texts(self.form.instance), texts(theirs))
        messages.error(
            self.request,
            _("Người khác đã lưu bản mới hơn trong lúc bạn viết. Chữ của bạn còn nguyên: đối chiếu rồi lưu lại."),
        )
        return self._answer(409)

    def show_restored(self) -> HttpResponse:
        """Answer with the form as this person's machine had kept it; nothing is saved yet."""
        self.is_restored = True
        if self.is_stale:
            return self.show_conflict()
        self._fill_with_what_was_typed()
        messages.warning(self.request, _("Đây là bản máy này còn giữ. Xem lại rồi lưu; chưa có gì được lưu."))
        return self._answer(200)

    def _fill_with_what_was_typed(self) -> None:
        self.form = self.form_class(
            self.request.POST, self.request.FILES, instance=self.page, subscription=self.subscription,  # type: ignore[attr-defined]
            parent_page=self.parent, for_user=self.request.user,  # type: ignore[attr-defined]
        )  # fmt: skip
        self.form.defer_required_fields()
        self.form.is_valid()
        self.has_unsaved_changes = True

    def _answer(self, status: int) -> HttpResponse:
        answer: HttpResponse = self.render_to_response(self.get_context_data())  # type: ignore[attr-defined]
        answer.status_code = status
        return answer

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        more: dict[str, Any] = {"is_restored": self.is_restored}
        more |= {"conflict": self.conflict, "problems": self.problems, "page_state": getattr(self.page, "docket", None)}
        if not self.expects_json_response:  # type: ignore[attr-defined]
            more["is_old_translation"] = queries.is_translation_outdated(self.page)
        return {**super().get_context_data(**given), **more}  # type: ignore[misc]


class EditWritten(Careful, EditView):
    """The editor of articles and standing pages."""

    @property
    def seals(self) -> bool:
        return bool(self.request.POST.get("action-seal")) and not self.expects_json_response

    @property
    def action_name_and_method(self) -> tuple[str, Callable[[], HttpResponse]]:
        # Any name but "save" makes Wagtail check every required field; "save" defers them.
        return ("seal", self.seal_action) if self.seals else ("save", self.save_action)

    def seal_action(self) -> HttpResponse:
        """Save, then submit what was saved; when that is refused, the draft stays saved and the reasons are shown."""
        saved = self.save_action()
        if not isinstance(saved, HttpResponseRedirect):
            return saved
        page, person = self.page, self.request.user
        assert isinstance(person, User)  # noqa: S101 (the address is behind the sign-in)
        try:
            submit(page, by=person, at=timezone.now())
        except Unsealable as refused:
            return self.show_problems(refused.problems)
        except Blocked as refused:
            return self.show_problems(refused.findings)
        except (NotAllowed, OutOfDate, PermissionDenied) as refused:
            return self.show_problems([Problem(where=_("Bài này"), text=str(refused))])
        messages.success(
            self.request, _("Đã trình “%(title)s”. Bài được giữ nguyên cho tới khi có quyết định.") % {"title": page}
        )
        return redirect("wagtailadmin_explore", page.get_parent().pk)

    def show_problems(self, problems: Iterable[Any]) -> HttpResponse:
        """Answer 422 with the saved draft and, above it, everything that is in the way."""
        self.problems = list(problems)
        self.real_page_record = Page.objects.get(pk=self.page.pk)
        self.latest_revision = self.real_page_record.get_latest_revision()
        self.__dict__.pop("latest_revision_created_at", None)
        self.page = self.get_object()
        self.form = self.form_class(
            instance=self.page, subscription=self.subscription, parent_page=self.parent, for_user=self.request.user
        )
        self.has_unsaved_changes = False
        messages.error(self.request, _("Chưa trình được. Bài đã được lưu; các chỗ cần sửa ở đầu trang."))
        return self._answer(422)


class RevertWritten(Careful, RevisionsRevertView):
    """Putting an older revision in place of the draft is a save like any other."""
