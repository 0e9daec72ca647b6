"""A checkpoint leaves this machine: into a folder of another one's, and to an https address.

is_configured    whether there is anywhere to go
push             raises OSError where it did not arrive; doing it twice does no harm
"""

import os
from collections.abc import Mapping
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings

SECONDS = 10
AT_MOST = 10_000  # bytes of an answer; a checkpoint has some 400
TAKEN = {HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED, HTTPStatus.METHOD_NOT_ALLOWED}


def is_configured() -> bool:
    return bool(settings.CHECKPOINT_FOLDER or settings.CHECKPOINT_URL)


def push(*, name: str, note: str) -> None:
    if settings.CHECKPOINT_FOLDER:
        _keep(Path(settings.CHECKPOINT_FOLDER) / name, note.encode())
    if settings.CHECKPOINT_URL:
        _put(f"{settings.CHECKPOINT_URL.rstrip('/')}/{name}", note.encode())


def _keep(path: Path, note: bytes) -> None:
    """Never over another one: two trees of one size are what checkpoints are there to show."""
    if path.exists():
        if path.read_bytes() != note:
            raise FileExistsError(f"{path} holds another checkpoint of that size")
        return
    half = path.with_suffix(".part")
    with half.open("wb") as file:
        file.write(note)
        file.flush()
        os.fsync(file.fileno())
    half.rename(path)


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_asked: object) -> None:
        return None


def _put(address: str, note: bytes) -> None:
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    try:
        _ask(address, note, headers, method="PUT")
    except HTTPError as refused:
        # It has it already, and takes each name once: the answer of an earlier try was lost.
        if refused.code not in TAKEN or _ask(address, method="GET") != note:
            raise


def _ask(address: str, body: bytes | None = None, headers: Mapping = {}, *, method: str) -> bytes:
    request = Request(address, body, dict(headers), method=method)  # noqa: S310  operating/checks.py
    try:
        with build_opener(_NoRedirect).open(request, timeout=SECONDS) as answer:
            return answer.read(AT_MOST)
    except HTTPException as error:
        raise OSError(str(error)) from error
