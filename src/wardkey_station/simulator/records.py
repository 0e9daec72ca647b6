"""Dataclasses as JSON and back, strictly: unknown names, missing ones and other types are refused.

Bytes are written in hexadecimal. A field that has a default may be left away.
"""

import dataclasses
import types
from collections.abc import Mapping
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Record = TypeVar("Record")
NUMBER = (int, float)


class WrongRecord(ValueError):
    """Its text names the place: `script.touch.after_s: a number is expected here`."""


def to_json(value: Any) -> Any:
    """Of what JSON does not know, one step: the `default` of json.dumps."""
    return value.hex() if isinstance(value, bytes) else vars(value)


def from_json(kind: type[Record], raw: object, where: str = "") -> Record:
    """Of a dataclass. WrongRecord where `raw` is none."""
    if not isinstance(raw, Mapping):
        raise WrongRecord(f"{where or 'the file'}: an object in braces is expected here")
    fields = {each.name: each for each in dataclasses.fields(kind)}  # type: ignore[arg-type]
    for name in raw:
        if name not in fields:
            raise WrongRecord(f"{_within(where, name)}: nothing is called so here")
    kinds = get_type_hints(kind)
    for name, each in fields.items():
        if name not in raw and not _has_default(each):
            raise WrongRecord(f"{_within(where, name)}: is missing")
    return kind(**{name: _value(kinds[name], raw[name], _within(where, name)) for name in raw})


def _within(where: str, name: object) -> str:
    return f"{where}.{name}" if where else str(name)


def _has_default(field: dataclasses.Field) -> bool:
    missing = dataclasses.MISSING
    return field.default is not missing or field.default_factory is not missing


def _value(kind: Any, raw: object, where: str) -> Any:
    if get_origin(kind) in (types.UnionType, Union):
        return None if raw is None else _value(get_args(kind)[0], raw, where)
    if get_origin(kind) is list:
        if not isinstance(raw, list):
            raise WrongRecord(f"{where}: a list in brackets is expected here")
        (inner,) = get_args(kind)
        return [_value(inner, each, f"{where}[{place}]") for place, each in enumerate(raw)]
    if dataclasses.is_dataclass(kind):
        return from_json(kind, raw, where)  # type: ignore[arg-type]
    return _plain(kind, raw, where)


def _plain(kind: Any, raw: object, where: str) -> Any:
    if kind is bytes:
        return _bytes(raw, where)
    if kind is float and type(raw) in NUMBER:
        return raw
    if type(raw) is not kind:
        words = {float: "a number", int: "a whole number", bool: "true or false", str: "a text"}
        raise WrongRecord(f"{where}: {words[kind]} is expected here")
    return raw


def _bytes(raw: object, where: str) -> bytes:
    try:
        return bytes.fromhex(raw)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise WrongRecord(f"{where}: hexadecimal digits are expected here") from None
