"""Pure: video and sound put into a new container packet by packet: no tags, no places, only pictures and sound."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
from av.bitstream import BitStreamFilterContext
from PIL import Image

from cong.media.clean.traces import Dropped, Findings, Refused

_MOST_PIXELS = 36_000_000  # 8K
_LONGEST = 12 * 3600
_TRIED_FRAMES, _POSTER_AT, _POSTER_AFTER = 60, 0.1, 3.0
_PICTURES = {"h264": "mp4", "av1": "mp4", "vp8": "webm", "vp9": "webm"}


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How a family is read and written: names of the readers, endings, and the codecs that browsers play."""

    reader: str
    video: str
    audio: str
    codecs: frozenset[str]
    options: dict[str, str]


SHAPES = {
    "mp4": Shape(reader="mov", video="mp4", audio="m4a", codecs=frozenset({"h264", "av1", "vp9", "aac", "mp3", "opus"}),
                 options={"movflags": "faststart"}),
    "webm": Shape(reader="matroska", video="webm", audio="", codecs=frozenset({"vp8", "vp9", "av1", "opus", "vorbis"}),
                  options={}),
    "mp3": Shape(reader="mp3", video="", audio="mp3", codecs=frozenset({"mp3", "mp3float"}),
                 options={"id3v2_version": "0", "write_id3v1": "0"}),
    "ogg": Shape(reader="ogg", video="", audio="ogg", codecs=frozenset({"vorbis", "opus", "flac"}), options={}),
    "wav": Shape(reader="wav", video="", audio="wav",
                 codecs=frozenset({"pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_u8", "pcm_f32le"}), options={}),
}  # fmt: skip
_WRITERS = {"m4a": "ipod"}
# Cameras write places and serial numbers between the pictures, too (supplemental enhancement information).
_WITHOUT_REMARKS = {"h264": "filter_units=remove_types=6"}


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A cleaned recording: its ending, length in seconds, size in pixels (0 for sound), and a frame for the poster."""

    ending: str
    duration: float
    width: int
    height: int
    frame: Image.Image | None


def clean_recording(source: Path, folder: Path, family: str, findings: Findings) -> Recording:
    """Write `folder/file.<ending>` from `source`; raises Refused. Pictures and sound are copied, not encoded anew."""
    shape = SHAPES[family]
    try:
        with _opened(source, shape.reader) as read:
            streams = _kept(read, shape, findings)
            ending = shape.video if streams[0].type == "video" else shape.audio
            if not ending:
                raise Refused("Video dạng này không được nhận. Hãy xuất ra MP4 (H.264, AAC) hoặc WebM.")
            target = folder / f"file.{ending}"
            _copy(read, streams, target, ending, shape)
        return _described(target, ending, shape)
    except (av.FFmpegError, ValueError, TypeError, OverflowError, MemoryError, LookupError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused("Tệp video, âm thanh bị hỏng hoặc bị cắt ngang. Hãy xuất lại từ bản gốc.") from error


def _opened(path: Path, reader: str) -> Any:
    # The reader is named, so that no playlist or script of a reader that opens other files is ever tried.
    return av.open(str(path), "r", format=reader, options={"protocol_whitelist": "file"}, metadata_errors="replace")


def _kept(read: Any, shape: Shape, findings: Findings) -> Sequence[Any]:
    if read.metadata or any(stream.metadata.get("title") for stream in read.streams):
        findings.drops(Dropped.METADATA)
    pictures = [one for one in read.streams.video if not _is_cover(one)]
    kept = [*pictures[:1], *read.streams.audio[:1]]
    if not kept:
        raise Refused("Tệp không có hình hoặc tiếng nào phát được.")
    if len(kept) < len(read.streams):
        findings.drops(Dropped.STREAMS)
    for one in kept:
        _check(one, shape)
    return kept


def _is_cover(stream: Any) -> bool:
    return "attached_pic" in str(stream.disposition).lower() or _codec(stream) in ("mjpeg", "png")


def _codec(stream: Any) -> str:
    """Return what reads a stream, "" when nothing does: a damaged file may name any codec."""
    return stream.codec_context.name if stream.codec_context else ""


def _check(stream: Any, shape: Shape) -> None:
    name = _codec(stream)
    codec = {"libdav1d": "av1", "libaom-av1": "av1", "mp3float": "mp3"}.get(name, name)
    if codec not in shape.codecs:
        raise Refused(
            f"Mã “{codec or 'không rõ'}” không phát được trên mọi trình duyệt. "
            "Hãy xuất video ra MP4 (H.264, AAC) hoặc WebM, âm thanh ra MP3, M4A, OGG, WAV."
        )
    if stream.type == "video" and not 0 < stream.codec_context.width * stream.codec_context.height <= _MOST_PIXELS:
        raise Refused("Khung hình video lớn hơn 8K hoặc không rõ. Hãy xuất lại ở cỡ nhỏ hơn.")


def _copy(read: Any, streams: Sequence[Any], target: Path, ending: str, shape: Shape) -> None:
    with av.open(str(target), "w", format=_WRITERS.get(ending, ending), options=shape.options) as written:
        # Neither the moment nor the name of the writing program.
        written.flags |= av.container.Flags.bitexact.value  # type: ignore[operator]  # the stub says Flags, the code takes int
        twins = {one.index: written.add_stream_from_template(one) for one in streams}
        sieves = {
            one.index: BitStreamFilterContext(_WITHOUT_REMARKS[one.codec_context.name], one, twins[one.index])
            for one in streams
            if one.codec_context.name in _WITHOUT_REMARKS
        }
        for packet in _sifted(read.demux(*streams), sieves):
            packet.stream = twins[packet.stream.index]
            written.mux_one(packet)


def _sifted(packets: Any, sieves: dict[int, Any]) -> Iterator[Any]:
    for packet in packets:
        if packet.dts is None:
            continue
        source = packet.stream
        sieve = sieves.get(source.index)
        for one in sieve.filter(packet) if sieve else (packet,):
            one.stream = source
            yield one


def _described(path: Path, ending: str, shape: Shape) -> Recording:
    with _opened(path, shape.reader) as made:
        duration = (made.duration or 0) / av.time_base
        if not (math.isfinite(duration) and 0 < duration <= _LONGEST):
            raise Refused("Không đo được độ dài, hoặc tệp dài hơn 12 giờ. Hãy xuất lại hoặc chia nhỏ.")
        frame = _poster(made, duration) if made.streams.video else None
        if made.streams.audio:
            _hear(made)
    width, height = frame.size if frame else (0, 0)
    return Recording(ending=ending, duration=round(duration, 3), width=width, height=height, frame=frame)


def _poster(made: Any, duration: float) -> Image.Image:
    """Return an early frame, upright; that it can be decoded is the proof that this is a video."""
    wanted, last = min(duration * _POSTER_AT, _POSTER_AFTER), None
    if wanted > 1:
        made.seek(int(wanted * av.time_base))
    for number, frame in enumerate(made.decode(video=0)):
        last = frame
        if number >= _TRIED_FRAMES or (frame.time or 0) >= wanted:
            break
    if last is None:
        raise Refused("Không giải mã được hình nào của video. Hãy xuất lại từ bản gốc.")
    image: Image.Image = last.to_image()
    return image.rotate(last.rotation, expand=True) if last.rotation else image


def _hear(made: Any) -> None:
    made.seek(0)
    if next(iter(made.decode(audio=0)), None) is None:
        raise Refused("Không giải mã được tiếng của tệp. Hãy xuất lại từ bản gốc.")
