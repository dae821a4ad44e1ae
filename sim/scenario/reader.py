"""From YAML text to plain data with the place of every value, safe on hostile input.

Built from parser events without recursion: composing nested text overflows the C stack, and an alias or
merge bomb is exponential unless its expanded size is counted on the way. Plain scalars follow the core
schema of YAML 1.2, because 1.1 turns ``on`` into a truth value and ``14:20`` into 860. Keys are always
text, so that an id such as ``0123`` or ``true`` is what the author sees.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, NoReturn, TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from sim.scenario.problems import Problem, plain, shown

# The C parser is ten times as fast; some installations of PyYAML come without it.
_PARSER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MAX_BYTES: Final = 5_000_000
MAX_DEPTH: Final = 40
MAX_NODES: Final = 200_000
MAX_PROBLEMS: Final = 100
_LONGEST_INTEGER: Final = 18
_MERGE: Final = "<<"

Data: TypeAlias = Any
Step: TypeAlias = str | int


class KeyMark(NamedTuple):
    """Where a key stands, and the mark of its value."""

    line: int
    column: int
    child: Mark


@dataclass(slots=True)
class Mark:
    """Where a value stands (counted from 1), and the marks of what is inside it."""

    line: int
    column: int
    keys: dict[str, KeyMark]
    items: list[Mark]

    def child(self, step: Step) -> Mark | None:
        """The mark of the value behind a key or an index, or None when the file has no such thing."""
        if isinstance(step, str):
            entry = self.keys.get(step)
            return entry.child if entry is not None else None
        return self.items[step] if 0 <= step < len(self.items) else None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says: its data, the marks of it, and what is wrong with it as YAML."""

    data: Data
    mark: Mark
    problems: tuple[Problem, ...]
    complete: bool
    """False when reading stopped early; ``data`` is then None."""
    nodes: int
    """How many values it holds with its aliases written out."""


# Most values are scalars: two containers of their own would double the memory of a reading.
_NO_KEYS: Final[dict[str, KeyMark]] = {}
_NO_ITEMS: Final[list[Mark]] = []


def point(line: int, column: int) -> Mark:
    """The mark of a value that has nothing inside it."""
    return Mark(line, column, _NO_KEYS, _NO_ITEMS)


def read(text: str | bytes, file: str) -> Reading:
    """Read a scenario text. Never raises for what the text contains."""
    reader = _Reader(file)
    try:
        data, mark = reader.document(text)
    except _Stopped:
        return Reading(None, point(1, 1), tuple(reader.problems), False, reader.nodes)
    return Reading(data, mark, tuple(reader.problems), True, reader.nodes)


class _Stopped(Exception):
    """Reading cannot go on; the problem is noted."""


@dataclass(slots=True)
class _Anchor:
    data: Data
    mark: Mark
    size: int


@dataclass(slots=True)
class _Open:
    """A collection whose end has not come yet."""

    data: dict[str, Any] | list[Any]
    mark: Mark
    anchor: str | None
    key: str | None = None
    key_line: int = 0
    key_column: int = 0
    before: int = 0
    merges: list[_Anchor] = field(default_factory=list)


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.anchors: dict[str, _Anchor | None] = {}
        self.open: list[_Open] = []
        self.nodes = 0
        self.root: _Anchor | None = None

    def document(self, text: str | bytes) -> tuple[Data, Mark]:
        content = self._decoded(text)
        documents = 0
        try:
            for event in yaml.parse(content, Loader=_PARSER):
                kind = type(event)
                if kind is ScalarEvent:
                    self._scalar(event)
                elif kind is MappingStartEvent:
                    self._begin(event, {})
                elif kind is SequenceStartEvent:
                    self._begin(event, [])
                elif kind is MappingEndEvent or kind is SequenceEndEvent:
                    self._end(event)
                elif kind is AliasEvent:
                    self._alias(event)
                elif kind is DocumentStartEvent:
                    documents += 1
                    if documents > 1:
                        self._stop(event, "yaml", "---", "A second document begins here.", "Keep one document a file.")
        except yaml.YAMLError as error:
            self._syntax(error, content)
        if self.root is None:
            self._note(1, 1, "yaml", "", "The file is empty.", "Begin with: format: 1")
            raise _Stopped
        return self.root.data, self.root.mark

    def _decoded(self, text: str | bytes) -> str:
        if isinstance(text, str):
            try:
                text = text.encode("utf-8")
            except UnicodeEncodeError as error:
                line, column = _place(error.object, error.start)
                self._note(line, column, "encoding", "", "The text holds half a character.", "Save it as UTF-8.")
                raise _Stopped from None
        if len(text) > MAX_BYTES:
            said = f"The file has {len(text) / 1e6:.1f} MB; at most {MAX_BYTES / 1e6:.0f} MB are read."
            self._note(1, 1, "size", "", said, "Take out what no exercise needs.")
            raise _Stopped
        try:
            return text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line, column = _place(text[: error.start].decode("utf-8", "replace"), error.start)
            self._note(line, column, "encoding", "", "The file is not UTF-8 text.", "Save it as UTF-8.")
            raise _Stopped from None

    def _note(self, line: int, column: int, rule: str, value: str, message: str, mend: str) -> None:
        self.problems.append(Problem(self.file, line, column, rule, value, message, mend))
        if len(self.problems) >= MAX_PROBLEMS:
            raise _Stopped

    def _note_at(self, event: Any, rule: str, value: str, message: str, mend: str) -> None:
        self._note(event.start_mark.line + 1, event.start_mark.column + 1, rule, value, message, mend)

    def _stop(self, event: Event, rule: str, value: str, message: str, mend: str) -> NoReturn:
        self._note_at(event, rule, value, message, mend)
        raise _Stopped

    def _syntax(self, error: yaml.YAMLError, content: str) -> NoReturn:
        said = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "this is not YAML")
        # Neither parser says where a character is that it cannot read.
        line, column = _marked(error) or _unreadable(content)
        mend = "Check the indentation, quotes and brackets here and on the line before."
        if "control characters" in said or "special characters" in said:
            mend = 'Write it as an escape in double quotes, such as "\\e", or remove it.'
        self._note(line, column, "yaml", "", f"YAML cannot be read: {plain(said)}.", mend)
        raise _Stopped

    def _count(self, event: Event, nodes: int) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            said = f"With its aliases written out, the file has more than {MAX_NODES:,} values."
            self._stop(event, "size", "", said, "Use fewer or smaller aliases and merges.")

    def _tag(self, event: Any) -> None:
        if event.tag is not None:
            said = f"The tag {shown(event.tag)} is not allowed."
            self._note_at(event, "tag", event.tag, said, "Remove it; put text that looks like a number in quotes.")

    def _begin(self, event: Any, data: dict[str, Any] | list[Any]) -> None:
        self._count(event, 1)
        self._tag(event)
        if self.open and self.open[-1].key is None and type(self.open[-1].data) is dict:
            self._stop(event, "key", "", "A key must be one word or text.", "Write the key without brackets.")
        if len(self.open) >= MAX_DEPTH:
            said = f"This is nested more than {MAX_DEPTH} levels deep."
            self._stop(event, "depth", "", said, "Look for brackets that were never closed; ten levels are enough.")
        mark = Mark(event.start_mark.line + 1, event.start_mark.column + 1, {}, [])
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        self.open.append(_Open(data, mark, event.anchor, before=self.nodes - 1))

    def _end(self, event: Any) -> None:
        done = self.open.pop()
        if done.merges and type(done.data) is dict:
            _merge(done.data, done.mark, done.merges)
        entry = _Anchor(done.data, done.mark, self.nodes - done.before)
        if done.anchor is not None:
            self.anchors[done.anchor] = entry
        self._place(event, entry)

    def _scalar(self, event: Any) -> None:
        self._count(event, 1)
        if event.tag is not None:
            self._tag(event)
        start = event.start_mark
        top = self.open[-1] if self.open else None
        if top is not None and top.key is None and type(top.data) is dict:
            top.key, top.key_line, top.key_column = event.value, start.line + 1, start.column + 1
            if event.value == _MERGE and not event.implicit[0]:
                # A quoted "<<" is a key like any other, and no entry can have that id.
                self._note_at(event, "key", _MERGE, 'The key "<<" is in quotes.', "Write << without quotes to merge.")
            if event.anchor is not None:
                self.anchors[event.anchor] = _Anchor(event.value, point(start.line + 1, start.column + 1), 1)
            return
        value = self._resolved(event) if event.implicit[0] else event.value
        entry = _Anchor(value, point(start.line + 1, start.column + 1), 1)
        if event.anchor is not None:
            self.anchors[event.anchor] = entry
        self._place(event, entry)

    def _alias(self, event: Any) -> None:
        name = event.anchor
        top = self.open[-1] if self.open else None
        if top is not None and top.key is None and type(top.data) is dict:
            self._stop(event, "key", name, f"The alias *{name} stands where a key belongs.", "Write the key out.")
        if name not in self.anchors:
            self._stop(event, "alias", name, f"The alias *{name} is not defined.", f"Define &{name} above it.")
        entry = self.anchors[name]
        if entry is None:
            said = f"The alias *{name} stands inside its own definition."
            self._stop(event, "alias", name, said, "Write out what is meant.")
        self._count(event, entry.size)
        self._place(event, entry)

    def _place(self, event: Event, entry: _Anchor) -> None:
        if not self.open:
            self.root = entry
            return
        top = self.open[-1]
        if type(top.data) is list:
            top.data.append(entry.data)
            top.mark.items.append(entry.mark)
            return
        if type(top.data) is not dict or top.key is None:
            raise AssertionError(top)
        key, top.key = top.key, None
        if key == _MERGE:
            self._merged(event, top, entry)
        elif key in top.data:
            line = top.mark.keys[key].line
            said = f"The key {shown(key)} stands twice; the first is on line {line}."
            self._note(top.key_line, top.key_column, "duplicate", key, said, "Remove or rename one of them.")
        else:
            top.data[key] = entry.data
            top.mark.keys[key] = KeyMark(top.key_line, top.key_column, entry.mark)

    def _merged(self, event: Event, top: _Open, entry: _Anchor) -> None:
        parts = (
            [_Anchor(data, mark, entry.size) for data, mark in zip(entry.data, entry.mark.items, strict=True)]
            if type(entry.data) is list
            else [entry]
        )
        for part in parts:
            if type(part.data) is not dict:
                said = f"Only a mapping can be merged, not {shown(part.data)}."
                self._note(top.key_line, top.key_column, "merge", "<<", said, "Merge an alias of a mapping: <<: *name")
                continue
            self._count(event, len(part.data))
            top.merges.append(part)

    def _resolved(self, event: Any) -> Data:
        text = event.value
        value = scalar(text)
        if value is None and text not in _NULLS:
            said = f"The number {shown(text)} cannot be computed with."
            self._note_at(event, "number", text, said, "Write at most 18 digits, or put it in quotes.")
        return value


def _merge(data: dict[str, Any], mark: Mark, merges: list[_Anchor]) -> None:
    own, own_marks = dict(data), dict(mark.keys)
    data.clear()
    mark.keys.clear()
    for part in merges:
        for key, value in part.data.items():
            if key not in data:
                data[key] = value
                mark.keys[key] = part.mark.keys[key]
    data.update(own)
    mark.keys.update(own_marks)


_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_WORDS: Final[dict[str, bool]] = {
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_NUMBER_STARTS: Final = frozenset("+-.0123456789")
_INTEGER: Final = re.compile(r"[-+]?[0-9]+")
_OCTAL: Final = re.compile(r"0o[0-7]+")
_HEXADECIMAL: Final = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE: Final = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def scalar(text: str) -> str | int | float | bool | None:
    """What a plain scalar means in the core schema of YAML 1.2.

    None stands for null and for a number that is not finite or too long; ask the text which.
    """
    if not text or text[0] not in _NUMBER_STARTS:
        if text in _NULLS:
            return None
        return _WORDS.get(text, text)
    return _number(text)


def _number(text: str) -> str | int | float | None:
    for pattern, base in ((_INTEGER, 10), (_OCTAL, 8), (_HEXADECIMAL, 16)):
        if pattern.fullmatch(text):
            return int(text.replace("0o", "", 1) if base == 8 else text, base) if _short(text) else None
    if _FLOAT.fullmatch(text):
        value = float(text)
        return value if -1e300 < value < 1e300 else None
    return None if _NOT_FINITE.fullmatch(text) else text


def _short(text: str) -> bool:
    return len(text.lstrip("+-0x")) <= _LONGEST_INTEGER


def _place(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _marked(error: yaml.YAMLError) -> tuple[int, int] | None:
    if not isinstance(error, yaml.MarkedYAMLError):
        return None
    mark = error.problem_mark or error.context_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else None


def _unreadable(text: str) -> tuple[int, int]:
    found = re.search("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", text)
    return _place(text, found.start()) if found else (1, 1)
