"""The sign-in form, and the forms about people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cong.accounts.models import User
from cong.agencies.models import Agency, Membership, Role
from cong.agencies.people import has_one_time_password, set_own_password
from cong.agencies.sessions import address_of, closed_until

_WRONG = gettext_lazy("Tên đăng nhập hoặc mật khẩu không đúng. Hãy kiểm tra phím Caps Lock rồi thử lại.")


class SignInForm(AuthenticationForm):
    """Name and password; with a password given by somebody else, an own one must be set in the same step.

    Until that is done nobody is signed in: there is no half-open session that other screens would have to know.
    """

    new_password = forms.CharField(
        label=gettext_lazy("Mật khẩu mới"), required=False, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Ít nhất 12 ký tự, không giống tên và không phải mật khẩu phổ biến."),
    )  # fmt: skip
    new_password_again = forms.CharField(
        label=gettext_lazy("Nhập lại mật khẩu mới"), required=False, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    error_messages = {"invalid_login": _WRONG, "inactive": _WRONG}

    def __init__(self, request: Any = None, *args: Any, **given: Any) -> None:
        super().__init__(request, *args, **given)
        self.at = timezone.now()
        self.asks_new = "new_password" in self.data
        self.fields["username"].label = _("Tên đăng nhập")
        self.fields["password"].label = _("Mật khẩu")

    @property
    def extra_fields(self) -> Iterator[tuple[str, forms.BoundField]]:
        """Yield the further fields that the sign-in page shows."""
        if self.asks_new:
            yield from ((name, self[name]) for name in ("new_password", "new_password_again"))

    def clean(self) -> dict[str, Any]:
        username = str(self.cleaned_data.get("username", ""))
        if (until := closed_until(username, address_of(self.request), at=self.at)) is not None:
            raise ValidationError(_closed(until), code="closed")
        found = super().clean()
        user = self.get_user()
        if has_one_time_password(user):
            self._take_own_password(user)
        return found

    def _take_own_password(self, user: User) -> None:
        if user.one_time_until and user.one_time_until < self.at:
            raise ValidationError(_("Mật khẩu dùng một lần đã hết hạn. Hãy nhờ quản trị viên đơn vị cấp lại."))
        self.asks_new = True
        fresh, again = (self.cleaned_data.get(name, "") for name in ("new_password", "new_password_again"))
        if not fresh:
            raise ValidationError(
                _("Đây là mật khẩu dùng một lần. Hãy nhập lại mật khẩu đó, rồi đặt mật khẩu của riêng bạn.")
            )
        if fresh != again:
            self.add_error("new_password_again", _("Hai lần nhập không giống nhau."))
        if user.check_password(fresh):
            self.add_error("new_password", _("Mật khẩu mới phải khác mật khẩu dùng một lần."))
        try:
            validate_password(fresh, user)
        except ValidationError as error:
            self.add_error("new_password", error)
        if not self.errors:
            set_own_password(user, fresh, at=self.at)


def _closed(until: Any) -> str:
    said = _(
        "Đã nhập sai nhiều lần nên tạm khóa đăng nhập. Hãy thử lại sau %(time)s; "
        "nếu quên mật khẩu, hãy nhờ quản trị viên đơn vị đặt lại."
    )
    return said % {"time": timezone.localtime(until).strftime("%H:%M")}


class _Day(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RoleForm(forms.Form):
    """Which role, from when to when, and why."""

    agency = forms.ModelChoiceField(Agency.objects.none(), label=gettext_lazy("Đơn vị"), empty_label=None)
    role = forms.TypedChoiceField(
        choices=Role.choices, coerce=Role, label=gettext_lazy("Vai trò"),
        help_text=gettext_lazy("Biên tập và thẩm định có hiệu lực ngay; các vai trò khác chờ trung tâm xác nhận."),
    )  # fmt: skip
    from_on = _Day(label=gettext_lazy("Từ ngày"))
    to_on = _Day(
        label=gettext_lazy("Đến hết ngày"), required=False, help_text=gettext_lazy("Để trống: không hạn định.")
    )
    reason = forms.CharField(label=gettext_lazy("Lý do, căn cứ"), required=False, max_length=300)

    def __init__(self, *args: Any, agencies: QuerySet[Agency], **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]  # a ModelChoiceField


class NewPersonForm(RoleForm):
    """An account that is not there yet, with its first role."""

    username = forms.CharField(
        label=gettext_lazy("Tên đăng nhập"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Chữ thường không dấu, chữ số, dấu chấm, gạch nối; ví dụ “nguyen.van.a”."),
    )  # fmt: skip
    name = forms.CharField(label=gettext_lazy("Họ và tên"), max_length=200)
    email = forms.EmailField(label=gettext_lazy("Thư điện tử"), required=False)
    reason = None  # type: ignore[assignment]

    field_order = ("username", "name", "email")


class KnownPersonForm(RoleForm):
    """A role for somebody who has an account already, here or in another agency."""

    username = forms.CharField(label=gettext_lazy("Tên đăng nhập của người đã có tài khoản"), max_length=150)

    field_order = ("username",)

    def clean_username(self) -> User:
        return known_person(self.cleaned_data["username"])


class _Lent(forms.ModelChoiceField[Membership]):
    def label_from_instance(self, row: Membership) -> str:
        return f"{Role(row.role).label} – {row.agency.short_name}"


class DeputyForm(forms.Form):
    """Who takes whose place in which role, on which days."""

    membership = _Lent(Membership.objects.none(), label=gettext_lazy("Vai trò"), empty_label=None)
    username = forms.CharField(label=gettext_lazy("Tên đăng nhập của người ký thay"), max_length=150)
    from_on = _Day(label=gettext_lazy("Từ ngày"))
    to_on = _Day(label=gettext_lazy("Đến hết ngày"))
    reason = forms.CharField(label=gettext_lazy("Lý do vắng mặt"), max_length=300)

    def __init__(self, *args: Any, memberships: QuerySet[Membership], **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["membership"].queryset = memberships  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean_username(self) -> User:
        return known_person(self.cleaned_data["username"])


class EndForm(forms.Form):
    """The last day of a role (empty: at once), and why."""

    last_on = _Day(
        label=gettext_lazy("Ngày cuối"), required=False, help_text=gettext_lazy("Để trống: thôi ngay bây giờ.")
    )
    reason = forms.CharField(label=gettext_lazy("Lý do"), required=False, max_length=300)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Lý do"), max_length=300)


def known_person(username: str) -> User:
    """Return the person of that name; raises ValidationError with what to do."""
    found = User.objects.filter(username=username.strip()).first()
    if found is None:
        raise ValidationError(_("Chưa có tài khoản nào tên này; hãy kiểm tra lại hoặc tạo tài khoản mới."))
    return found
