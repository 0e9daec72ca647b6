"""A command's parameters, as strict as CTAP §8 asks: canonical CBOR, and each of its own type."""

from collections.abc import Mapping
from typing import Any, TypeVar

from fido2 import cbor
from fido2.ctap import CtapError

ERR = CtapError.ERR
DEEPEST = 4
Kind = TypeVar("Kind")
UNREADABLE = (ValueError, IndexError, KeyError, TypeError, OverflowError, RecursionError)


class Parameters:
    """A CBOR map. Members that are not asked for are ignored, as CTAP §8 wants it."""

    def __init__(self, values: Mapping[Any, Any]) -> None:
        self.values = values

    def __contains__(self, name: int | str) -> bool:
        return name in self.values

    def optional(self, name: int | str, kind: type[Kind]) -> Kind | None:
        if name not in self.values:
            return None
        return of_kind(kind, self.values[name])

    def required(self, name: int | str, kind: type[Kind]) -> Kind:
        if name not in self.values:
            raise CtapError(ERR.MISSING_PARAMETER)
        return of_kind(kind, self.values[name])

    def within(self, name: int | str) -> "Parameters":
        """A map in the map; an empty one where there is none."""
        return Parameters(self.optional(name, dict) or {})

    def list_of(self, name: int | str, kind: type[Kind]) -> list[Kind]:
        return [of_kind(kind, each) for each in self.optional(name, list) or []]


def of_kind(kind: type[Kind], value: object) -> Kind:
    # `type`, since True is an int to `isinstance`.
    if type(value) is not kind:
        raise CtapError(ERR.CBOR_UNEXPECTED_TYPE)
    return value


def read(encoded: bytes) -> Parameters:
    """INVALID_CBOR where it is not in the canonical form, or nests deeper than four levels."""
    if not encoded:
        return Parameters({})
    try:
        value = cbor.decode(encoded)
        canonical = cbor.encode(value)
    except UNREADABLE:
        raise CtapError(ERR.INVALID_CBOR) from None
    if canonical != encoded or _depth(value) > DEEPEST:
        raise CtapError(ERR.INVALID_CBOR)
    return Parameters(of_kind(dict, value))


def _depth(value: object) -> int:
    if isinstance(value, Mapping):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    return 0
