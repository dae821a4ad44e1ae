"""Every kind of event can be told in a sentence made of its own fields."""

from __future__ import annotations

import string

import pytest

from sim.doctrine import load_doctrine
from sim.engine import kinds
from sim.engine.kinds import FieldType


@pytest.mark.parametrize("telling", load_doctrine().events.values(), ids=lambda telling: str(telling.id))
def test_a_sentence_tells_of_a_kind_that_exists_and_of_fields_it_has(telling: object) -> None:
    known = {kind.name: kind for kind in kinds.BY_CODE}
    name, text = telling.id, telling.text  # type: ignore[attr-defined]
    assert name in known
    fields = {field for field, type_ in known[name].fields if type_ is not FieldType.PAIRS}
    used = {field for _, field, _, _ in string.Formatter().parse(text) if field}
    assert used <= {"subject", *fields}


def test_kinds_have_codes_of_their_own_and_roots_that_are_beginnings() -> None:
    assert [kind.code for kind in kinds.BY_CODE] == list(range(len(kinds.BY_CODE)))
    assert len({kind.name for kind in kinds.BY_CODE}) == len(kinds.BY_CODE)
    assert {kind.root for kind in kinds.BY_CODE if kind.root} <= set(kinds.ROOTS)
