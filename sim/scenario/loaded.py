"""A scenario that has been read and checked, with what is needed to make it again and to vary it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Self

from pydantic import PrivateAttr

from sim.scenario import schema

Resolve = Callable[[str | None, Mapping[str, str]], "Scenario"]


class Scenario(schema.Scenario):
    """What `sim.scenario.load` returns. The attributes of the file's sections are those of the schema."""

    _name: str = PrivateAttr(default="")
    _source_text: str = PrivateAttr(default="")
    _pattern: str | None = PrivateAttr(default=None)
    _chosen: dict[str, str] = PrivateAttr(default_factory=dict)
    _resolve: Resolve | None = PrivateAttr(default=None)

    @property
    def name(self) -> str:
        """The name of the shipped scenario, or of the file without its ending."""
        return self._name

    @property
    def source_text(self) -> str:
        """The whole file as it was read; `load_text` makes the same scenario from it."""
        return self._source_text

    @property
    def pattern(self) -> str | None:
        """The pattern laid over the base, if this is a resolved scenario."""
        return self._pattern

    @property
    def chosen(self) -> Mapping[str, str]:
        """For each option of the scenario the choice that was laid over the base."""
        return self._chosen

    def resolve(self, pattern: str | None = None, options: Mapping[str, str] | None = None) -> Scenario:
        """The scenario with a pattern and choices laid over it, checked as a whole.

        Choices are the caller's, else the pattern's, else the defaults. Without arguments the scenario itself.

        Raises:
            ScenarioError: for an unknown pattern, option or choice, or choices that do not fit together.
        """
        if pattern is None and not options:
            return self
        if self._resolve is None:
            raise AssertionError("A scenario is made by sim.scenario.load.")
        return self._resolve(pattern, options or {})

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Scenario):
            return NotImplemented
        return (self._source_text, self._pattern, self._chosen) == (
            other._source_text,
            other._pattern,
            other._chosen,
        )

    __hash__ = None  # type: ignore[assignment]

    def with_origin(
        self, name: str, source_text: str, pattern: str | None, chosen: Mapping[str, str], resolve: Resolve
    ) -> Self:
        """Note where the scenario comes from; the loader's last step."""
        self._name, self._source_text, self._pattern = name, source_text, pattern
        self._chosen, self._resolve = dict(chosen), resolve
        return self
