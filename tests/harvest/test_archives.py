"""An archive longer than one visit: gone on with soon, at the place where it stopped, and whole in the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from tests.harvest.publisher import Page, Publisher, registry
from tests.scratch import Scratch

_PARTS = 120
_DC = 'xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
_FIRST = "/oai?verb=ListRecords&metadataPrefix=oai_dc"


@pytest.fixture
def archive() -> Iterator[Publisher]:
    with Publisher() as running:
        for number in range(_PARTS):
            running.pages[_FIRST if number == 0 else _part(number)] = Page(body=_answer(number), kind="text/xml")
        yield running


def _part(number: int) -> str:
    return f"/oai?verb=ListRecords&resumptionToken=t{number}"


def _answer(number: int) -> bytes:
    record = (
        f"<record><header><identifier>oai:vidu.gov.vn:{number}</identifier><datestamp>2026-06-14</datestamp></header>"
        f"<metadata><oai_dc:dc {_DC}><dc:title>Tài liệu số {number}</dc:title>"
        f"<dc:identifier>https://vidu.gov.vn/{number}</dc:identifier></oai_dc:dc></metadata></record>"
    )
    token = f"<resumptionToken>t{number + 1}</resumptionToken>" if number + 1 < _PARTS else ""
    return (
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-06-15T04:00:00Z</responseDate>'
        f'<request verb="ListRecords"/><ListRecords>{record}{token}</ListRecords></OAI-PMH>'
    ).encode()


def _moment(said: datetime | str) -> datetime:
    """Return a moment that SQLite gives as text."""
    return datetime.fromisoformat(said) if isinstance(said, str) else said


def _visit(scratch: Scratch, *more: str) -> tuple[int, str]:
    """Visit the archive; returns how many items are held then, and the cursor."""
    done = scratch.run("harvest", "once", "--due-now", *more)
    assert done.returncode == 0, done.stderr
    ((cursor,),) = scratch.query("SELECT cursor FROM harvest_source")
    return scratch.query("SELECT count(*) FROM harvest_item")[0][0], cursor


@pytest.mark.one_engine
def test_an_archive_of_120_parts_is_read_in_three_visits_that_follow_soon(
    scratch_database: Scratch, archive: Publisher
) -> None:
    file = scratch_database.data_dir / "sources.toml"
    file.write_text(registry([{"id": "kho", "kind": "oai", "url": archive.url("/oai"), "name": "Kho"}]))

    first, kept = _visit(scratch_database, "--registry", str(file))
    ((next_at, at),) = scratch_database.query("SELECT next_at, last_ok_at FROM harvest_source")
    second, _ = _visit(scratch_database)
    third, cursor = _visit(scratch_database)

    assert _moment(next_at) - _moment(at) == timedelta(minutes=1)
    assert (first, second, third) == (50, 100, _PARTS)
    assert '"token": "t50"' in kept
    assert cursor == "2026-06-15"
    asked = [one.path for one in archive.answered if one.path.startswith("/oai")]
    assert len(asked) == len(set(asked)) == _PARTS


@pytest.mark.one_engine
def test_a_token_that_expired_between_two_visits_loses_nothing(scratch_database: Scratch, archive: Publisher) -> None:
    file = scratch_database.data_dir / "sources.toml"
    file.write_text(registry([{"id": "kho", "kind": "oai", "url": archive.url("/oai"), "name": "Kho"}]))
    _visit(scratch_database, "--registry", str(file))
    good = archive.pages[_part(50)]
    archive.pages[_part(50)] = Page(
        body=b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><error code="badResumptionToken"/></OAI-PMH>'
    )

    again, _ = _visit(scratch_database)
    archive.pages[_part(50)] = good
    counts = [_visit(scratch_database)[0] for _ in range(2)]

    assert again == 50
    assert counts[-1] == _PARTS
    assert archive.statuses(_FIRST)[0] == 200
    assert len(archive.statuses(_FIRST)) == 2
