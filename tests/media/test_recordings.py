from __future__ import annotations

from pathlib import Path

import av
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cong.media.clean.recordings import clean_recording
from cong.media.clean.traces import Findings, Refused
from cong.media.formats import FORMATS
from cong.media.sniff import recognise
from tests.media.recordings import CODECS, SECRET_TAG, recording


def cleaned(data: bytes, folder: Path, family: str = "") -> tuple[bytes, object]:
    source = folder / "source"
    source.write_bytes(data)
    made = clean_recording(source, folder, family or recognise(data[:4096]).value, Findings())
    return (folder / f"file.{made.ending}").read_bytes(), made


@pytest.mark.parametrize("kind", CODECS)
def test_every_kind_comes_out_as_itself_without_its_tags(kind: str, tmp_path: Path) -> None:
    data = recording(kind)
    assert SECRET_TAG.encode() in data

    clean, made = cleaned(data, tmp_path)

    assert made.ending == kind  # type: ignore[attr-defined]
    assert 1.9 < made.duration < 2.2  # type: ignore[attr-defined]
    for told in (SECRET_TAG.encode(), b"+21.0285", b"x264 - core"):
        assert told not in clean
    with av.open(str(tmp_path / f"file.{kind}")) as read:
        assert not {"title", "artist", "comment", "location", "encoder"} & set(read.metadata) - {"encoder"}


@pytest.mark.parametrize("kind", ["mp4", "webm"])
def test_a_video_has_a_poster_that_is_not_its_black_beginning(kind: str, tmp_path: Path) -> None:
    _, made = cleaned(recording(kind), tmp_path)

    assert (made.width, made.height) == (160, 120)  # type: ignore[attr-defined]
    assert made.frame.getpixel((80, 60))[0] > 50  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", CODECS)
def test_cleaning_twice_gives_the_same_bytes(kind: str, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()

    first, _ = cleaned(recording(kind), tmp_path / "one")
    second, _ = cleaned(recording(kind), tmp_path / "two")

    assert first == second


def test_what_stands_behind_the_recording_stays_behind(tmp_path: Path) -> None:
    clean, _ = cleaned(recording("mp4") + b"<script>alert(1)</script>PK\x03\x04", tmp_path)

    assert b"<script>" not in clean


def test_a_codec_that_not_every_browser_plays_is_refused_by_name(tmp_path: Path) -> None:
    data = recording("mp4", video="mpeg4")

    with pytest.raises(Refused, match="mpeg4"):
        cleaned(data, tmp_path)


def test_a_matroska_file_with_other_codecs_is_refused(tmp_path: Path) -> None:
    data = recording("mp4", layout="matroska")

    with pytest.raises(Refused, match="h264"):
        cleaned(data, tmp_path)


def test_a_playlist_is_no_recording_and_opens_no_other_file(tmp_path: Path) -> None:
    playlist = b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"

    for family in CODECS.keys() & {"mp4", "webm", "mp3", "ogg", "wav"}:
        with pytest.raises(Refused):
            cleaned(playlist, tmp_path, family)


@pytest.mark.parametrize("kind", CODECS)
@pytest.mark.parametrize("length", [0.05, 0.5])
def test_a_recording_that_was_cut_off_is_taken_as_far_as_it_goes_or_refused(
    kind: str, length: float, tmp_path: Path
) -> None:
    data = recording(kind)

    try:
        _, made = cleaned(data[: int(len(data) * length)], tmp_path)
    except Refused:
        return

    assert made.duration > 0  # type: ignore[attr-defined]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@example(kind="webm", places=[(345, 0)])
@given(
    kind=st.sampled_from(sorted(CODECS)),
    places=st.lists(st.tuples(st.integers(0, 60_000), st.integers(0, 255)), min_size=1, max_size=30),
)
def test_damaged_bytes_are_a_recording_or_refused_but_never_break_us(
    kind: str, places: list[tuple[int, int]], tmp_path: Path
) -> None:
    data = bytearray(recording(kind))
    for place, value in places:
        data[place % len(data)] = value

    try:
        _, made = cleaned(bytes(data), tmp_path)
    except Refused:
        return

    assert made.ending in FORMATS  # type: ignore[attr-defined]
