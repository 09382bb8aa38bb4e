"""Assets, made through the room's actions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cong.accounts.models import User
from cong.agencies.models import Agency, Role
from cong.media import actions
from cong.media.actions import Upload, Words
from cong.media.models import Asset
from tests import makers
from tests.makers import NOON
from tests.media import pdfs
from tests.media.packages import docx
from tests.media.pictures import telling_picture
from tests.media.recordings import recording

CAPTIONS = "WEBVTT\n\n00:00:00.500 --> 00:00:01.500\nThư viện mở cửa\n".encode()
WORDS = Words(title="Phòng đọc", alt="Một phòng đọc có nhiều cửa sổ", credit="Ban biên tập")


def upload(data: bytes, name: str = "tep.bin") -> Upload:
    return Upload(name=name, chunks=[data[:100], data[100:]])


def author(agency: Agency, username: str = "lan") -> User:
    return makers.person(username, Role.AUTHOR, agency)


def asset(data: bytes, *, agency: Agency, by: User, name: str = "tep.bin", **words: Any) -> Asset:
    given = replace(WORDS, **words)
    return actions.add(upload(data, name), given, agency=agency, by=by, at=NOON)


def photo(agency: Agency, by: User, **words: Any) -> Asset:
    return asset(telling_picture(), agency=agency, by=by, **words)


def film(agency: Agency, by: User, **words: Any) -> Asset:
    return asset(recording("mp4"), agency=agency, by=by, **words)


def pdf(agency: Agency, by: User) -> Asset:
    return asset(pdfs.telling_pdf(), agency=agency, by=by, name="Báo cáo.pdf", title="")


def letter(agency: Agency, by: User) -> Asset:
    return asset(docx(), agency=agency, by=by)
