"""Pure: what a database error means for those who wait for an answer."""

from __future__ import annotations

from enum import StrEnum

from django.db import DatabaseError, InterfaceError, OperationalError

# SQLSTATE: read-only transaction, disk full, out of memory.
_UNWRITABLE_STATES = {"25006", "53100", "53200"}
_UNWRITABLE_NAMES = ("SQLITE_READONLY", "SQLITE_FULL", "SQLITE_BUSY", "SQLITE_LOCKED")


class Trouble(StrEnum):
    GONE = "gone"
    """The database does not answer."""
    UNWRITABLE = "unwritable"
    """It answers and takes nothing in."""


def trouble_of(error: BaseException | None) -> Trouble | None:
    """Tell what is wrong with the database; None when the error is another one."""
    if not isinstance(error, DatabaseError | InterfaceError):
        return None
    if _is_unwritable(error.__cause__):
        return Trouble.UNWRITABLE
    return Trouble.GONE if isinstance(error, OperationalError | InterfaceError) else None


def _is_unwritable(driver: BaseException | None) -> bool:
    name = str(getattr(driver, "sqlite_errorname", ""))
    return getattr(driver, "sqlstate", None) in _UNWRITABLE_STATES or name.startswith(_UNWRITABLE_NAMES)
