"""From plain mappings to frozen dataclasses: unknown keys, missing keys and wrong types are errors with a place.

The annotations of a dataclass are its schema, so that a new field of a catalogue is one line.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from sim.errors import MissionError

T = TypeVar("T")

_WORDS = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a date such as 2017-02-01",
}


class DoctrineError(MissionError):
    """A catalogue entry that cannot be used.

    ``where`` is the file and the way to the entry, ``key`` the key at fault.
    """

    title = "The doctrine cannot be used"

    def __init__(self, where: str, key: str, reason: str) -> None:
        self.where, self.key, self.reason = where, key, reason
        super().__init__(f"{where}: {f'{key}: ' if key else ''}{reason}")


def build(kind: type[T], data: object, where: str) -> T:
    """Make a dataclass from a mapping with exactly its fields.

    Raises:
        DoctrineError: for an unknown or missing key or a value of another type.
    """
    if not isinstance(data, Mapping):
        raise DoctrineError(where, "", f"{data!r:.60} is no mapping. Write key: value, one a line.")
    shape: Any = kind
    hints, required = _fields(shape)
    for key in data:
        if key not in hints:
            near = get_close_matches(str(key), hints, 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise DoctrineError(where, str(key)[:60], f"unknown key.{hint} Known: {', '.join(hints)}.")
    for key in required:
        if key not in data:
            raise DoctrineError(where, key, "missing.")
    try:
        return kind(**{key: _value(hints[key], value, where, key) for key, value in data.items()})
    except ValueError as error:
        raise DoctrineError(where, "", str(error)) from error


@cache
def _fields(kind: type[Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    hints = get_type_hints(kind)
    fields = dataclasses.fields(kind)
    missing = dataclasses.MISSING
    required = tuple(each.name for each in fields if each.default is missing and each.default_factory is missing)
    return {each.name: hints[each.name] for each in fields}, required


def _value(hint: Any, value: object, where: str, key: str) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Union or origin is UnionType:
        return _alternative(inner, value, where, key)
    if origin is Literal:
        if any(value == each and type(value) is type(each) for each in inner):
            return value
        raise DoctrineError(where, key, f"{value!r:.60} is not allowed. Allowed: {', '.join(map(str, inner))}.")
    if origin is tuple:
        return _tuple(inner, value, where, key)
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(value, Mapping):
            raise DoctrineError(where, key, f"{value!r:.60} is no mapping. Write key: value, one a line.")
        return {
            _value(inner[0], name, where, key): _value(inner[1], each, where, f"{key}.{name}")
            for name, each in value.items()
        }
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return value if isinstance(value, hint) else build(hint, value, f"{where}: {key}")
    return _scalar(hint, value, where, key)


def _alternative(kinds: tuple[Any, ...], value: object, where: str, key: str) -> Any:
    if value is None and NoneType in kinds:
        return None
    reason: DoctrineError | None = None
    for kind in kinds:
        if kind is not NoneType:
            try:
                return _value(kind, value, where, key)
            except DoctrineError as error:
                reason = reason or error
    raise reason or DoctrineError(where, key, "has no type.")


def _tuple(inner: tuple[Any, ...], value: object, where: str, key: str) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise DoctrineError(where, key, f"{value!r:.60} is no list.")
    if len(inner) == 2 and inner[1] is Ellipsis:
        return tuple(_value(inner[0], each, where, f"{key}[{at}]") for at, each in enumerate(value))
    if len(value) != len(inner):
        raise DoctrineError(where, key, f"has {len(value)} entries, needs {len(inner)}.")
    pairs = enumerate(zip(inner, value, strict=True))
    return tuple(_value(kind, each, where, f"{key}[{at}]") for at, (kind, each) in pairs)


def _scalar(hint: Any, value: object, where: str, key: str) -> Any:
    if hint is Any or type(value) is hint:
        return _finite(value, where, key)
    if hint is float and type(value) is int:
        return _finite(float(value), where, key)
    if hint is date and isinstance(value, str):
        return _date(value, where, key)
    raise DoctrineError(where, key, f"{value!r:.60} is not {_WORDS.get(hint, hint.__name__)}.")


def _date(value: str, where: str, key: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise DoctrineError(where, key, f"{value!r:.60} is no date. Write it such as 2017-02-01.") from None


def _finite(value: object, where: str, key: str) -> object:
    if isinstance(value, float) and not -1e300 < value < 1e300:
        raise DoctrineError(where, key, f"{value} is no number to compute with.")
    return value
