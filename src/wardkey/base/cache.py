"""What may be lost, kept for a minute where all hosts find it, if the operator named a cache.

    kept       from there, or computed
    answers    whether it does: for the health page and `wardkey check`
    forget     as when the process began

Nothing that decides goes through here, and no alarm rests on it (ADR 0061). Whoever writes into the
cache has no say: a value is JSON under a seal that needs the portal's secret key, made for just
this name and release within the minute, and of the shape asked for. All else is as not there.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import version
from secrets import token_hex
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from pydantic import TypeAdapter

from . import dependencies
from .deadlines import within

if TYPE_CHECKING:
    from valkey import Valkey

KEPT = 60  # seconds
LONGEST = 0.1  # seconds that a page waits for an answer, looking up a name included
PROBED = 1.0  # seconds, where an operator wants to know
LEFT_ALONE = 10.0  # seconds, after it failed
LARGEST = 1 << 20  # bytes
ITS_STATE = "Pages come from the database meanwhile. See to the cache, or empty WARDKEY_CACHE_URL."
ITS_CONTENTS = "It was left aside. See who else writes there, and that all hosts have one secret."

Value = TypeVar("Value")

_alone_until = 0.0


def kept(name: str, compute: Callable[[], Value], *, shape: TypeAdapter[Value]) -> Value:
    """Raises what `compute` raises, and nothing else."""
    if not settings.CACHE_URL:
        return compute()
    key = f"wardkey:{_release()}:{name}"
    if sealed := _ask(lambda cache: cache.getrange(key, 0, LARGEST)):
        with suppress(ValueError):
            return shape.validate_json(_opened(key, sealed), strict=True)
    value = compute()
    with suppress(ValueError):  # JSON cannot tell it; whoever reads it judges its shape
        told = _seal(key).sign(shape.dump_json(value, warnings=False).decode())
        _ask(lambda cache: cache.set(key, told, ex=KEPT))
    return value


def answers() -> bool:
    """Whether it gives back what it is given, also while it is left alone; true without one."""
    if not settings.CACHE_URL:
        return True
    key, given = f"wardkey:probe:{token_hex(8)}", token_hex(8).encode()
    try:
        return _asked(lambda cache: cache.set(key, given, ex=1) and cache.get(key), PROBED) == given
    except Exception:  # noqa: BLE001  as below
        return False


def forget() -> None:
    global _alone_until
    _alone_until = 0.0
    _hang_up()
    _client.cache_clear()


def _seal(key: str) -> TimestampSigner:
    return TimestampSigner(salt=key)


def _opened(key: str, sealed: bytes) -> str:
    """Raises ValueError. No `dependency.up` follows: whoever writes there would fill the log."""
    try:
        return _seal(key).unsign(sealed.decode(), max_age=KEPT)
    except SignatureExpired as error:
        raise ValueError(key) from error
    except (BadSignature, UnicodeDecodeError) as error:
        dependencies.down("cache contents", "the portal did not put it there", to_do=ITS_CONTENTS)
        raise ValueError(key) from error


def _ask(question: "Callable[[Valkey], Any]") -> Any:
    """None while it is left alone, and where it does not answer."""
    global _alone_until
    if monotonic() < _alone_until:
        return None
    try:
        answer = _asked(question, LONGEST)
    except Exception as error:  # noqa: BLE001  what a library makes of whatever it was sent
        _alone_until = monotonic() + LEFT_ALONE
        dependencies.down("cache", type(error).__name__, to_do=ITS_STATE)
        return None
    dependencies.up("cache")
    return answer


def _asked(question: "Callable[[Valkey], Any]", seconds: float) -> Any:
    client = _client()  # loading the library takes longer than a question may
    try:
        return within(seconds, lambda: question(client))
    except Exception:
        _hang_up()  # so that nobody goes on reading what comes letter by letter
        raise


def _hang_up() -> None:
    if _client.cache_info().currsize:
        _client().connection_pool.disconnect()


@lru_cache(maxsize=1)
def _client() -> "Valkey":
    """Raises ImportError, ValueError; `wardkey check` told so before."""
    from valkey import Valkey

    url = settings.CACHE_URL
    whose = {"ssl_check_hostname": True} if url.startswith("valkeys:") else {}
    patience = {"socket_connect_timeout": PROBED, "socket_timeout": PROBED}
    return Valkey.from_url(url, lib_name=None, lib_version=None, **patience, **whose)


@lru_cache(maxsize=1)
def _release() -> str:
    return version("wardkey")
