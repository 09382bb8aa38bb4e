"""Sound and film made by rule, so that the demo has something to hear and see: a tune, and drawn scenes in a row."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from io import BytesIO
from math import exp, pi, sin
from struct import pack
from typing import Any

import av
from PIL import Image

from cong.demo.scenes import picture

_RATE, _FRAMES = 24_000, 10
_SIZE = (640, 360)
# Five steps of the scale that folk tunes here use, in hertz, up and down.
_NOTES = (293.7, 329.6, 392.0, 440.0, 493.9, 440.0, 392.0, 329.6)
_NOTE_S, _LOUD = 0.5, 9_000


def tune(seconds: int) -> bytes:
    """Return an Ogg file with a tune of that length."""
    out = BytesIO()
    with av.open(out, "w", format="ogg") as made:
        _play(made, made.add_stream("libopus", rate=48_000, layout="mono"), seconds)
    return out.getvalue()


def film(scenes: Sequence[str], seconds: int) -> bytes:
    """Return an MP4 file that pans over drawn scenes, each as long as the others, with the tune. Raises KeyError."""
    out = BytesIO()
    with av.open(out, "w", format="mp4") as made:
        shown: Any = made.add_stream("libx264", rate=_FRAMES)
        shown.width, shown.height, shown.pix_fmt = *_SIZE, "yuv420p"
        heard = made.add_stream("aac", rate=48_000, layout="mono")
        frames: Any = av.VideoFrame
        for number, image in enumerate(_pictures(scenes, seconds * _FRAMES)):
            frame = frames.from_image(image)
            frame.pts, frame.time_base = number, Fraction(1, _FRAMES)
            made.mux(shown.encode(frame))
        made.mux(shown.encode(None))
        _play(made, heard, seconds)
    return out.getvalue()


def _pictures(scenes: Sequence[str], count: int) -> Any:
    """Yield so many pictures: a window that moves over each scene from left to right."""
    width, height = _SIZE
    each = count // len(scenes)
    for name in scenes:
        with Image.open(BytesIO(picture(name))) as drawn:
            wide = drawn.convert("RGB").resize((width * 9 // 8, drawn.height * width * 9 // (8 * drawn.width)))
        top = max(0, (wide.height - height) // 2)
        for step in range(each):
            left = (wide.width - width) * step // each
            yield wide.crop((left, top, left + width, top + height))


def _play(made: Any, stream: Any, seconds: int) -> None:
    sounds = _sounds(seconds * _RATE)
    frame = av.AudioFrame(format="s16", layout="mono", samples=len(sounds) // 2)
    frame.planes[0].update(sounds)
    frame.sample_rate, frame.pts, frame.time_base = _RATE, 0, Fraction(1, _RATE)
    resampler = av.AudioResampler(
        format=stream.codec_context.format.name, layout="mono", rate=48_000,
        frame_size=stream.codec_context.frame_size or 960,
    )  # fmt: skip
    for part in [*resampler.resample(frame), *resampler.resample(None)]:
        made.mux(stream.encode(part))
    made.mux(stream.encode(None))


def _sounds(count: int) -> bytes:
    """Return samples of 16 bits: notes that die away, each struck anew."""
    length = int(_RATE * _NOTE_S)
    notes = [pack(f"<{length}h", *(_sample(hertz, at / _RATE) for at in range(length))) for hertz in _NOTES]
    whole = b"".join(notes[number % len(notes)] for number in range(-(-count // length)))
    return whole[: count * 2]


def _sample(hertz: float, seconds: float) -> int:
    return int(_LOUD * exp(-6 * seconds) * sin(2 * pi * hertz * seconds))
