"""The field types of the scenario schema: how a value is written in YAML and what it becomes.

Each carries the JSON Schema of its written form, so that an editor accepts every shorthand the loader accepts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Final, TypeAlias, TypeVar

from pydantic import Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from sim.scenario import values
from sim.scenario.values import Tick, quoted

MAX_TEXT: Final = 4_000
MAX_ID: Final = 64

T = TypeVar("T")

_ID: Final = re.compile(r"[a-z0-9][a-z0-9/_-]*")

_DURATION_SCHEMA: Final[dict[str, Any]] = {
    "anyOf": [
        {"type": "string", "pattern": r"^\s*([0-9]+(\.[0-9]+)?\s*(d|h|m|s)\s*)+$"},
        {"const": 0},
    ],
    "description": 'A duration such as "90m", "6h", "2d" or "1d 6h".',
}
_MOMENT_SCHEMA: Final[dict[str, Any]] = {
    "type": "string",
    "pattern": r"^\s*(D\+?[0-9]+\s+[0-9]{1,2}:[0-9]{2}|([0-9]+(\.[0-9]+)?\s*(d|h|m|s)\s*)+)\s*$",
    "description": 'A moment such as "D+2 06:00" (D+0 is the day of the start), or a time since the start ("12h").',
}


def _checked(rule: str, parse: Callable[[object], T]) -> PlainValidator:
    def check(value: object) -> T:
        try:
            return parse(value)
        except ValueError as error:
            raise PydanticCustomError(rule, "{reason}", {"reason": str(error)}) from None

    return PlainValidator(check)


def _distribution_schema(one: dict[str, Any]) -> dict[str, Any]:
    def key(name: str, body: dict[str, Any]) -> dict[str, Any]:
        return {"type": "object", "properties": {name: body}, "required": [name], "additionalProperties": False}

    weights = {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}, "minProperties": 1}
    lognormal = {
        "type": "object",
        "properties": {"median": one, "sigma": {"type": "number", "exclusiveMinimum": 0, "maximum": 5}},
        "required": ["median", "sigma"],
        "additionalProperties": False,
    }
    return {
        "anyOf": [
            one,
            key("uniform", {"type": "array", "items": one, "minItems": 2, "maxItems": 2}),
            key("triangular", {"type": "array", "items": one, "minItems": 3, "maxItems": 3}),
            key("lognormal", lognormal),
            key("exponential", one),
            key("choice", weights),
        ]
    }


def _duration_distribution(value: object) -> values.Distribution:
    return values.parse_distribution(value, values.parse_duration)


def _id(value: object) -> str:
    if isinstance(value, int | float):
        # 0123 as a key is the text, and as a value the number 123: the two would never meet.
        raise ValueError(f"{quoted(value)} is no id: unquoted, it is no text. Put it in quotes wherever it is used.")
    if not isinstance(value, str):
        raise ValueError(f"{quoted(value)} is no id. Write one word such as team-site.")
    if len(value) > MAX_ID:
        raise ValueError(f"{quoted(value)} is too long for an id: {len(value)} characters. Use at most {MAX_ID}.")
    if _ID.fullmatch(value) is None:
        raise ValueError(
            f"{quoted(value)} is no id. Use a-z, 0-9, -, _ and /, beginning with a letter or digit, "
            f"such as {quoted(_as_id(value))}."
        )
    return value


def _as_id(value: str) -> str:
    near = re.sub(r"[^a-z0-9/_]+", "-", value.lower()).strip("-_/")
    return near[:MAX_ID] or "team-site"


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{quoted(value)} is no text. Put it in quotes.")
    if len(value) > MAX_TEXT:
        raise ValueError(f"The text has {len(value)} characters. Keep it within {MAX_TEXT}.")
    if "\0" in value:
        raise ValueError("The text holds a NUL character. Remove it.")
    return value


def _number_or_word(value: object) -> float | str:
    return value if isinstance(value, str) else values.parse_number(value)


def _lat_lon(value: object) -> tuple[float, float]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValueError(f"{quoted(value)} is no position. Write [latitude, longitude], such as [13.45, 23.27].")
    lat, lon = values.parse_number(value[0]), values.parse_number(value[1])
    if not -90.0 <= lat <= 90.0:
        raise ValueError(f"The latitude {lat:g} is not between -90 and 90. Write [latitude, longitude].")
    if not -180.0 <= lon <= 180.0:
        raise ValueError(f"The longitude {lon:g} is not between -180 and 180. Write [latitude, longitude].")
    return lat, lon


Duration: TypeAlias = Annotated[Tick, _checked("duration", values.parse_duration), WithJsonSchema(_DURATION_SCHEMA)]
"""``90m``, ``6h``, ``2d``, ``1d 6h``; held as ticks."""

Moment: TypeAlias = Annotated[values.Moment, _checked("moment", values.read_moment), WithJsonSchema(_MOMENT_SCHEMA)]
"""``D+2 06:00`` or a time since the start; ``.ticks(start)`` resolves it."""

DurationDistribution: TypeAlias = Annotated[
    values.Distribution,
    _checked("distribution", _duration_distribution),
    WithJsonSchema(_distribution_schema(_DURATION_SCHEMA)),
]
"""``6h`` or ``{triangular: [1h, 2h, 6h]}`` and its like; ``.ticks(u)`` draws."""

NumberDistribution: TypeAlias = Annotated[
    values.Distribution,
    _checked("distribution", values.parse_distribution),
    WithJsonSchema(_distribution_schema({"type": "number"})),
]
"""``5`` or ``{uniform: [2, 8]}`` and its like; ``.at(u)`` draws."""

WordChoice: TypeAlias = Annotated[
    values.Choice,
    _checked("distribution", values.parse_choice),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {"choice": {"type": "object", "additionalProperties": {"type": "number"}}},
                    "required": ["choice"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
"""One word, or ``{choice: {word: 0.3, other: 0.7}}``; ``.at(u)`` draws."""

Number: TypeAlias = Annotated[float, _checked("number", values.parse_number), WithJsonSchema({"type": "number"})]
"""A finite number; a truth value or a text is none."""

NumberOrWord: TypeAlias = Annotated[
    float | str,
    _checked("number", _number_or_word),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}]}),
]
"""A finite number or a word."""

Id: TypeAlias = Annotated[
    str,
    _checked("id", _id),
    WithJsonSchema({"type": "string", "pattern": r"^[a-z0-9][a-z0-9/_-]*$", "maxLength": MAX_ID}),
]
"""The name of an entry: a-z, 0-9, -, _ and /."""

Text: TypeAlias = Annotated[str, _checked("text", _text), WithJsonSchema({"type": "string", "maxLength": MAX_TEXT})]
"""Words for people. Escape and direction characters may stand in them: whoever shows a text cleans it."""

LatLon: TypeAlias = Annotated[
    tuple[float, float],
    _checked("position", _lat_lon),
    WithJsonSchema({"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}),
]
"""``[latitude, longitude]`` in degrees."""

Share: TypeAlias = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
"""A number from 0 to 1."""
