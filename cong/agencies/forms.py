"""The sign-in form, and the forms about people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cong.accounts.models import User
from cong.agencies.models import Agency, Role
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


class RoleForm(forms.Form):
    """Which role, from when to when, and why."""

    agency = forms.ModelChoiceField(Agency.objects.none(), label=gettext_lazy("Đơn vị"), empty_label=None)
    role = forms.ChoiceField(
        choices=Role.choices, label=gettext_lazy("Vai trò"),
        help_text=gettext_lazy("Biên tập, thẩm định có hiệu lực ngay; các vai trò khác chờ trung tâm xác nhận."),
    )  # fmt: skip
    from_on = forms.DateField(label=gettext_lazy("Từ ngày"), widget=forms.DateInput(attrs={"type": "date"}))
    to_on = forms.DateField(
        label=gettext_lazy("Đến hết ngày"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Để trống nếu không hạn định."),
    )  # fmt: skip

    def __init__(self, *args: Any, agencies: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]
