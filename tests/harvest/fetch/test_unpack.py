from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]  # ships no stubs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.harvest.fetch.unpack import Broken, TooBig, unpacker


def bare_deflate(data: bytes) -> bytes:
    return zlib.compress(data, wbits=-15)


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
}


def unpack(encoding: str, packed: bytes, *, room: int = 10_000, step: int = 7) -> bytes:
    machine = unpacker(encoding)
    made = b""
    for start in range(0, len(packed), step):
        made += machine.feed(packed[start : start + step], room - len(made))
    machine.finish()
    return made


@given(data=st.binary(max_size=2000), encoding=st.sampled_from(sorted(PACKERS)), step=st.integers(1, 500))
def test_what_was_packed_comes_out_again_in_whatever_pieces_it_arrives(data: bytes, encoding: str, step: int) -> None:
    assert unpack(encoding, PACKERS[encoding](data), step=step) == data


@given(
    data=st.binary(min_size=1, max_size=500),
    encoding=st.sampled_from(sorted(PACKERS)),
    cut=st.integers(1, 400),
)
def test_a_body_cut_short_is_never_taken_for_a_whole_one(data: bytes, encoding: str, cut: int) -> None:
    packed = PACKERS[encoding](data)

    with pytest.raises(Broken):
        unpack(encoding, packed[: max(len(packed) - cut, 1)])


@given(junk=st.binary(min_size=1, max_size=300), encoding=st.sampled_from([*sorted(PACKERS), "identity"]))
def test_junk_is_unpacked_or_refused_but_never_breaks_us(junk: bytes, encoding: str) -> None:
    try:
        made = unpack(encoding, junk, room=1000)
    except (Broken, TooBig):
        made = b""

    assert len(made) <= 1000


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_one_byte_over_the_room_is_too_big(encoding: str) -> None:
    packed = PACKERS[encoding](bytes(1000))

    assert len(unpack(encoding, packed, room=1000)) == 1000
    with pytest.raises(TooBig):
        unpack(encoding, packed, room=999)


def test_bare_deflate_is_understood() -> None:
    assert unpack("deflate", bare_deflate(b"abc")) == b"abc"


def test_gzip_members_are_joined_and_padding_is_ignored() -> None:
    assert unpack("X-GZIP", gzip.compress(b"a") + gzip.compress(b"b") + bytes(100)) == b"ab"


def test_thousands_of_tiny_members_are_refused() -> None:
    with pytest.raises(Broken):
        unpack("gzip", gzip.compress(b"") * 1001, step=50_000)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", ""])
def test_an_empty_body_stays_empty(encoding: str) -> None:
    assert unpack(encoding, b"") == b""
