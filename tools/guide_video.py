"""The how-to video: a frame for each step, held as long as its words are read, with captions.

Debian's ffmpeg makes VP9 in WebM of it. Captions and chapters are beside it as WebVTT, for the
page, and in it, for who downloads it.
"""

import subprocess
import tempfile
from pathlib import Path

from tools.guide_frames import RATE, Frame, for_the_video
from wardkey.guide import made

GAP = 0.1  # seconds between two captions: at one moment a player would show both
ENCODED = ("-c:v", "libvpx-vp9", "-crf", "34", "-b:v", "0", "-row-mt", "1", "-pix_fmt", "yuv420p")


def write(frames: list[Frame], folder: Path) -> None:
    (folder / made.CAPTIONS).write_text(captions(frames))
    (folder / made.CHAPTERS).write_text(chapters(frames))
    with tempfile.TemporaryDirectory(prefix="wardkey-video-") as scratch:
        encode(frames, Path(scratch), folder)


def encode(frames: list[Frame], scratch: Path, folder: Path) -> None:
    shots = []
    for number, frame in enumerate(frames):
        for_the_video(frame).save(scratch / f"{number:03}.png")
        shots.append(f"file {number:03}.png\nduration {frame.ends - frame.begins:.2f}\n")
    # The last one again: ffmpeg leaves out the length of the last entry.
    (scratch / "frames.txt").write_text("".join([*shots, f"file {len(frames) - 1:03}.png\n"]))
    (scratch / "chapters.txt").write_text(metadata(frames))
    starts = ",".join(f"{frame.begins:.2f}" for frame in frames)
    command = (
        *("ffmpeg", "-loglevel", "error", "-y", "-f", "concat", "-i", scratch / "frames.txt"),
        *("-i", folder / made.CAPTIONS, "-i", scratch / "chapters.txt"),
        *("-map", "0:v", "-map", "1:s", "-map_metadata", "2", "-map_chapters", "2"),
        *(*ENCODED, "-r", str(RATE), "-g", "100000", "-force_key_frames", starts),
        *("-c:s", "webvtt", "-metadata:s:s:0", "language=eng", "-t", f"{frames[-1].ends:.2f}"),
        *("-fflags", "+bitexact", folder / made.VIDEO),
    )
    subprocess.run(command, check=True)


def captions(frames: list[Frame]) -> str:
    """At the top, where the frame has a band for them and no player its controls."""
    cues = (
        f"{stamp(frame.begins)} --> {stamp(frame.ends - GAP)} line:0\n{frame.step.told}\n"
        for frame in frames
    )
    return "\n".join(["WEBVTT\n", *cues])


def chapters(frames: list[Frame]) -> str:
    cues = (
        f"{stamp(begins)} --> {stamp(ends)}\n{title}\n" for title, begins, ends in parts(frames)
    )
    return "\n".join(["WEBVTT\n", *cues])


def metadata(frames: list[Frame]) -> str:
    """The same chapters as ffmpeg reads them, in milliseconds."""
    told = [";FFMETADATA1\ntitle=Registering and using a FIDO2 token\nlanguage=eng\n"]
    for title, begins, ends in parts(frames):
        told.append(
            f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={begins * 1000:.0f}\nEND={ends * 1000:.0f}\n"
            f"title={title}\n"
        )
    return "".join(told)


def parts(frames: list[Frame]) -> list[tuple[str, float, float]]:
    found: dict[str, tuple[str, float, float]] = {}
    for frame in frames:
        slug = frame.procedure.slug
        begins = found[slug][1] if slug in found else frame.begins
        found[slug] = (str(frame.procedure.title), begins, frame.ends)
    return list(found.values())


def stamp(second: float) -> str:
    """`00:01:05.250`, as WebVTT writes it."""
    minutes, rest = divmod(second, 60)
    return f"00:{int(minutes):02}:{rest:06.3f}"
