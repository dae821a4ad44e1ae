"""What the schema says about each of its keys: the docstrings under the fields, read from the source when asked for.

They are documentation for authors: the reference and the JSON Schema show them; loading a scenario needs none.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from functools import cache
from types import ModuleType

from sim.scenario import actors, conditions, events, ground, schema

_MODULES: tuple[ModuleType, ...] = (schema, ground, actors, events, conditions)


@cache
def field_docs() -> Mapping[str, Mapping[str, str]]:
    """By class and field name, the sentence under the field; two classes of one name share an entry."""
    docs: dict[str, dict[str, str]] = {}
    for module in _MODULES:
        for name, fields in _of(module).items():
            docs.setdefault(name, {}).update(fields)
    return docs


def _of(module: ModuleType) -> dict[str, dict[str, str]]:
    tree = ast.parse(inspect.getsource(module))
    return {node.name: _fields(node) for node in tree.body if isinstance(node, ast.ClassDef)}


def _fields(node: ast.ClassDef) -> dict[str, str]:
    docs: dict[str, str] = {}
    for field, after in zip(node.body, node.body[1:], strict=False):
        if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
            continue
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) and isinstance(after.value.value, str):
            docs[field.target.id] = inspect.cleandoc(after.value.value)
    return docs
