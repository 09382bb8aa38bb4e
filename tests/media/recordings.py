"""Makes short videos and sounds whose tags tell a secret."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from io import BytesIO
from typing import Any

import av
from PIL import Image

SECRET_TAG = "SO-NHA-12-NGO-3"
_TAGS = {"title": SECRET_TAG, "artist": SECRET_TAG, "comment": SECRET_TAG, "location": "+21.0285+105.8542/"}
CODECS = {
    "mp4": ("mp4", "libx264", "aac"),
    "webm": ("webm", "libvpx", "libopus"),
    "m4a": ("ipod", "", "aac"),
    "mp3": ("mp3", "", "libmp3lame"),
    "ogg": ("ogg", "", "libopus"),
    "wav": ("wav", "", "pcm_s16le"),
}


@cache
def recording(
    kind: str, *, seconds: int = 2, size: tuple[int, int] = (160, 120), video: str = "", layout: str = ""
) -> bytes:
    """Return a file of that kind: fading from black to red, silent."""
    layout, vcodec, acodec = layout or CODECS[kind][0], video or CODECS[kind][1], CODECS[kind][2]
    out = BytesIO()
    with av.open(out, "w", format=layout) as made:
        made.metadata.update(_TAGS)
        pictures = _picture_stream(made, vcodec, size) if vcodec else None
        sound: Any = made.add_stream(acodec, rate=48000, layout="stereo")
        if pictures:
            _film(made, pictures, seconds, size)
        _silence(made, sound, seconds)
    return out.getvalue()


def _picture_stream(made: Any, codec: str, size: tuple[int, int]) -> Any:
    stream: Any = made.add_stream(codec, rate=10)
    stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
    stream.metadata["title"] = SECRET_TAG
    return stream


# The stubs of the library leave this one out.
from_image: Any = av.VideoFrame.from_image


def _film(made: Any, stream: Any, seconds: int, size: tuple[int, int]) -> None:
    for number in range(seconds * 10):
        frame: Any = from_image(Image.new("RGB", size, (40 + number * 200 // (seconds * 10), 20, 20)))
        frame.pts, frame.time_base = number, Fraction(1, 10)
        made.mux(stream.encode(frame))
    made.mux(stream.encode(None))


def _silence(made: Any, stream: Any, seconds: int) -> None:
    size = stream.codec_context.frame_size or 1024
    for place in range(0, 48000 * seconds, size):
        frame = av.AudioFrame(format=stream.codec_context.format.name, layout="stereo", samples=size)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.sample_rate, frame.pts, frame.time_base = 48000, place, Fraction(1, 48000)
        made.mux(stream.encode(frame))
    made.mux(stream.encode(None))
