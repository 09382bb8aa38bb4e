"""Tests `cong/config/mail.py`."""

from __future__ import annotations

from pathlib import Path

import pytest

from cong.config.mail import mail


def test_without_an_address_letters_become_files(tmp_path: Path) -> None:
    assert mail("", tmp_path)["EMAIL_FILE_PATH"] == str(tmp_path / "mail")


def test_an_address_names_host_port_account_and_encryption(tmp_path: Path) -> None:
    made = mail("smtp+starttls://nguoi%40vidu.vn:m%3At@thu.vidu.vn", tmp_path)

    assert (made["EMAIL_HOST"], made["EMAIL_PORT"]) == ("thu.vidu.vn", 587)
    assert (made["EMAIL_HOST_USER"], made["EMAIL_HOST_PASSWORD"]) == ("nguoi@vidu.vn", "m:t")
    assert (made["EMAIL_USE_TLS"], made["EMAIL_USE_SSL"]) == (True, False)


@pytest.mark.parametrize("url", ["http://thu.vidu.vn", "smtp://", "thu.vidu.vn"])
def test_another_kind_of_address_is_refused_in_words(url: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="MAIL_URL"):
        mail(url, tmp_path)
