"""Write the parts of the documentation that the program itself knows: the schema, the catalogues, the parameters.

``python docs/reference.py`` writes them; a test compares what is committed with what would be written.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from inspect import cleandoc
from pathlib import Path
from typing import Any, Final, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.doctrine import Doctrine, load_doctrine
from sim.doctrine.catalogue import Response
from sim.scenario import actors, conditions, events, ground, schema, vocabulary
from sim.scenario.field_docs import field_docs

HERE: Final = Path(__file__).parent
WRITTEN: Final = {
    "Duration": "duration",
    "DurationDistribution": "duration or distribution",
    "NumberDistribution": "number or distribution",
    "Moment": "moment",
    "LatLon": "`[lat, lon]`",
    "Condition": "[condition](#conditions)",
}
"""Types of the schema by the words for how an author writes them."""
SECTIONS: Final[tuple[tuple[str, type[BaseModel]], ...]] = (
    ("sources", schema.Source),
    ("readahead", schema.ReadAhead),
    ("mandate", schema.Mandate),
    ("mission", schema.Mission),
    ("seats", ground.Seat),
    ("places", ground.Place),
    ("places.ID.site", ground.Site),
    ("routes", ground.Route),
    ("contributors", ground.Contributor),
    ("contributors.ID.caveats", ground.Caveat),
    ("units", ground.Unit),
    ("groups", actors.Group),
    ("hostilities", actors.Hostility),
    ("communities", actors.Community),
    ("counterparts", actors.Counterpart),
    ("patrons", actors.Patron),
    ("red_lines", actors.RedLine),
    ("information", actors.InformationSource),
    ("standings", actors.StandingEntry),
    ("injects", events.Inject),
    ("injects.ID.facts", events.Reported),
    ("decisions", events.Decision),
    ("decisions.ID.options", events.Option),
    ("procedure", events.Step),
    ("standing_orders", events.StandingOrder),
    ("benchmarks", events.Benchmark),
    ("naming", schema.NamingTable),
    ("patterns", schema.Pattern),
    ("options", schema.Choice),
)
ONE_KEY: Final[tuple[tuple[str, str, type[BaseModel]], ...]] = (
    ("Effects of injects", "One key each: what it does to the world besides saying something.", events.Effect),
    (
        "Actions",
        "One key each: what an option, a rule or a decision does. They are the inputs a player has.",
        events.Action,
    ),
)


def main() -> int:
    """Write every page."""
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(HERE.parent)}\n")
    return 0


def pages() -> Mapping[Path, str]:
    """What would be written, by file."""
    doctrine = load_doctrine()
    return {
        HERE / "authoring" / "reference.md": _page(_scenario()),
        HERE / "authoring" / "catalogues.md": _page(_catalogues(doctrine)),
        HERE / "model" / "parameters.md": _page(_parameters(doctrine)),
    }


def _page(lines: Iterable[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"


# The scenario file


def _scenario() -> Iterator[str]:
    yield from (
        "# The scenario file, key by key",
        "",
        "Written by `python docs/reference.py` from the schema that loads scenarios. [The tutorial](tutorial.md)",
        "shows it in use; [the catalogues](catalogues.md) hold what can be named: roles, unit types, responses,",
        "levers, measures. `mlt schema` prints all this as a JSON Schema, for an editor that completes keys and marks",
        "mistakes.",
        "",
        "Keys that are not listed here are errors, and every error names its line. An *id* is a word of a-z, 0-9, -, _",
        "and /; a route's is its two places, `town--base`, and the mission as a whole is `mission`. Shares go from 0",
        "to 1, levels from 0 to 100. Letters with a number, such as C16 or F19, are the model's own references to its",
        "[sources](../model/sources.md); a scenario needs none of them.",
        "",
        "| written as | such as |",
        "| --- | --- |",
        "| duration | `45m`, `6h`, `2d`, `1d 6h` |",
        "| moment | `D+2 06:00` (D+0 is the day of the start), or a time since the start: `12h` |",
        "| distribution | `5`, `{uniform: [2, 8]}`, `{triangular: [1h, 2h, 6h]}` (least, most likely, most), "
        "`{lognormal: {median: 3h, sigma: 0.6}}`, `{exponential: 4h}` |",
        "| position | `[13.45, 23.27]`: latitude, longitude |",
        "",
        "YAML is read as YAML 1.2: `no`, `on` and `14:20` are text. Of two equal keys the second is an error.",
        "",
        "## The file",
        "",
        *_table(schema.Scenario),
    )
    for path, model in SECTIONS:
        yield from ("", f"## {path}", "", _about(model), "", *_table(model))
    for title, text, model in ONE_KEY:
        yield from ("", f"## {title}", "", text, "")
        for name, field in model.model_fields.items():
            inner = _model_in(field.annotation)
            said = _doc(model, name)
            yield from (f"### {_key(name, field)}", "", said, "")
            if inner is not None:
                yield from (*_table(inner), "")
    yield from _conditions()
    yield from _vocabulary()


def _vocabulary() -> Iterator[str]:
    yield from (
        "",
        "## Vocabulary",
        "",
        "What a condition on a `fact` can ask for, and which events there are. Injects, benchmarks and `procedure` ask",
        "the world; standing orders, decisions and `known` ask what their seat has been told, late and roughly. So a",
        "rule on what no source reports never fires. Attributes of *bases* are held of places with a `site` only.",
        "",
        "| attribute | of | its value | |",
        "| --- | --- | --- | --- |",
    )
    for table, note in ((vocabulary.ATTRIBUTES, ""), (vocabulary.TOLD, "only in reports")):
        for attribute, kinds in table.items():
            of = ", ".join(kind.replace("_", " ") for kind in kinds)
            if attribute in vocabulary.AT_SITES:
                of = of.replace("places", "bases")
            yield f"| `{attribute}` | {of} | {_cell(vocabulary.MEANINGS[attribute])} | {note} |"
    yield from _events()
    yield from _standings()
    yield from _group_actions()


def _events() -> Iterator[str]:
    doctrine = load_doctrine()
    yield from (
        "",
        "### Events of the world",
        "",
        "What an inject or a benchmark can wait for. A seat hears of one only with a report of it: what is decided in",
        "silence, a group's choice, a column that nobody saw, reaches no picture.",
        "",
    )
    yield from ("| event | its subject is one of | what happens |", "| --- | --- | --- |")
    for event, (section, meaning) in vocabulary.EVENTS.items():
        yield f"| `{event}` | {section.replace('_', ' ')} | {_cell(meaning)} |"
    yield from (
        "",
        "### Phrases of reports",
        "",
        "What a standing order or a decision can wait for besides: `{event: PHRASE}` is true once such a report came.",
        "",
        "| phrase | what the report is headed |",
        "| --- | --- |",
    )
    for name, phrase in doctrine.phrases.items():
        yield f"| `{name}` | {_cell(phrase.title)} |"


def _standings() -> Iterator[str]:
    yield from (
        "",
        "## Standings that there are",
        "",
        "From 0 to 100. `{standing: {of: ID, below: 40}}` asks for one, the effect `standing` moves one.",
        "",
        "| standing | what it is | |",
        "| --- | --- | --- |",
    )
    for name, meaning in vocabulary.STANDINGS.items():
        yield f"| `{name}` | {meaning} | |"
    for family, (section, meaning) in vocabulary.STANDING_FAMILIES.items():
        yield f"| `{family}/ID` | {meaning} | of {section.replace('_', ' ')} |"
    for family, (section, meaning) in vocabulary.STANDINGS_OPENED_LATER.items():
        note = f"of {section.replace('_', ' ')}, once something has moved it; no inject can"
        yield f"| `{family}/ID` | {meaning} | {note} |"


def _group_actions() -> Iterator[str]:
    value = {name: entry.value for name, entry in load_doctrine().parameters.items()}
    kinds = get_args(actors.Group.model_fields["kind"].annotation)
    yield from (
        "",
        "## What a group can do",
        "",
        "At an opportunity a group weighs what it could do there. Opportunities come with a fight that is its own",
        "(`hostilities`, its own or an ally's), with a place in `aims` that it is not in, and with an inject that",
        "sends it; without any of these it has one in a hundred days. The gain is weighed against losses, against what",
        "it was told will follow, and its regard for law: a higher number makes it likelier, never certain. `options`",
        "replaces the gain of its kind; a kind without a number does it only where `options` gives one.",
        "",
        f"| action | what it is | {' | '.join(kinds)} |",
        "| --- | --- |" + " --- |" * len(kinds),
    )
    for action, meaning in vocabulary.GROUP_ACTIONS.items():
        word = action.replace("-", "_")
        gains = []
        for kind in kinds:
            own = value.get(f"groups.gain_{kind.replace('-', '_')}_{word}")
            shared = value.get(f"groups.gain_{word}")
            if own is not None:
                gains.append(f"{own:g}")
            elif shared is not None and not kind.startswith("host-"):
                gains.append(f"({shared:g})")
            else:
                gains.append("0" if action == "wait" else "")
        yield f"| `{action}` | {meaning} | {' | '.join(gains)} |"
    yield from (
        "",
        "In brackets: only for a group with `aims` or `holds`. `probe` and `move` need `aims`, and are worth what the",
        "aim is. `clash` needs an enemy there; `raid`, people who are not its own.",
    )


def _conditions() -> Iterator[str]:
    yield from (
        "",
        "## Conditions",
        "",
        "One key says what is tested; `for: 6h` beside it asks that it has held that long without a break. Injects,",
        "benchmarks and steps of the procedure ask the world; a standing order and a decision ask the picture of their",
        "seat: what has been reported to it, late and roughly. `mlt run FILE --came` says what each still waits for.",
        "",
    )
    for key, kind in conditions._BY_KEY.items():
        field = next(field for name, field in kind.model_fields.items() if name != "for_")
        name = next(name for name in kind.model_fields if name != "for_")
        yield from (f"### {key}", "", _about(kind), "")
        inner = _model_in(field.annotation)
        if inner is not None and not issubclass(inner, conditions._Condition):
            yield from (*_table(inner), "")
        else:
            yield from (f"`{key}`: {_doc(kind, name)}", "")


def _table(model: type[BaseModel]) -> Iterator[str]:
    yield "| key | written as | if left out | meaning |"
    yield "| --- | --- | --- | --- |"
    for name, field in model.model_fields.items():
        if name == "for_":
            continue
        cells = (f"`{_key(name, field)}`", _written(name, model), _default(field), _cell(_doc(model, name)))
        yield f"| {' | '.join(cells)} |"


def _key(name: str, field: FieldInfo) -> str:
    return field.alias or name


def _doc(model: type[BaseModel], name: str) -> str:
    docs = field_docs()
    for kind in model.__mro__:
        if name in docs.get(kind.__name__, {}):
            return docs[kind.__name__][name]
    return ""


def _about(model: type[BaseModel]) -> str:
    return cleandoc(model.__doc__ or "").replace("``", "`")


def _written(name: str, model: type[BaseModel]) -> str:
    """How a value is written, from the annotation as it stands in the source."""
    said = str(model.__annotations__.get(name) or _inherited(model, name))
    return _cell(_words(said))


def _inherited(model: type[BaseModel], name: str) -> object:
    return next(kind.__annotations__[name] for kind in model.__mro__ if name in getattr(kind, "__annotations__", {}))


def _words(said: str) -> str:
    said = re.sub(r"\s+", " ", said.strip())
    said = re.sub(r"^Annotated\[(.*?), ?(?:Field|BeforeValidator|Tag|Discriminator)\(.*\]$", r"\1", said)
    said = re.sub(r" ?\| ?None$", "", said)
    said = re.sub(r"^Annotated\[float, Field\(strict=True, gt=0.0\)\]$", "Positive", said)
    said = re.sub(r"^Annotated\[\s*Annotated\[Duration.*", "Duration", said)
    if said in WRITTEN:
        return WRITTEN[said]
    for pattern, shape in (
        (r"^tuple\[(.+), \.\.\.\]$", "list of {}"),
        (r"^list\[(.+)\]$", "list of {}"),
        (r"^dict\[Id, (.+)\]$", "id: {}"),
    ):
        match = re.match(pattern, said)
        if match:
            return shape.format(_words(match[1]))
    match = re.match(r"^tuple\[(.+)\]$", said)
    if match:
        return "[" + ", ".join(_words(part) for part in re.split(r", (?![^\[]*\])", match[1])) + "]"
    match = re.match(r"^Literal\[(.*)\]$", said)
    if match:
        return ", ".join(f"`{word.strip()}`" for word in re.findall(r"['\"]([^'\"]*)['\"]", match[1]) if word)
    plain = {
        "Id": "id", "Text": "text", "str": "text", "bool": "`true` or `false`", "float": "number",
        "int": "whole number", "Gain": "number from -5 to 5", "Share": "share", "Level": "level",
        "Positive": "number above 0",
        "Amount": "number from 0", "Count": "whole number",
        "Any": "an entry, in part, or `absent`", "datetime": "date and time", "Number": "number",
        "NumberOrWord": "number or word", "StrictStr": "text", "Pattern": "changes like those of a pattern",
        "Moment | DurationDistribution": "moment or duration or distribution",
        "dict[str, Any]": "entries", "int | float | str | tuple[int, int]": "number, word or `[low, high]`",
        "tree.TaskState": "`executing`, `done`, `refused`",
    }  # fmt: skip
    if said in plain:
        return plain[said]
    if "NumberOrWord" not in said and "NamedEvent" in said:
        return "id, or `{name, subject}`"
    return _link(said) if said.isidentifier() else said


def _link(model: str) -> str:
    for path, kind in SECTIONS:
        if kind.__name__ == model:
            return f"[entries](#{re.sub(r'[^a-z0-9_ -]', '', path.lower())})"
    for title, _, kind in ONE_KEY:
        if kind.__name__ == model:
            return f"[one of these](#{title.lower().replace(' ', '-')})"
    return model


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    value = field.get_default(call_default_factory=True)
    if value is None or value in ("", (), {}) or isinstance(value, BaseModel | list):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, int | float | str):
        return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"
    return f"`{list(value)}`" if isinstance(value, tuple) else ""


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation) if get_origin(annotation) else ():
        found = _model_in(inner)
        if found is not None:
            return found
    return None


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


# The catalogues


def _catalogues(doctrine: Doctrine) -> Iterator[str]:
    yield from (
        "# What a scenario can name",
        "",
        "Written by `python docs/reference.py` from `sim/doctrine`. A scenario may change an entry or add one under",
        "`doctrine: {CATALOGUE: {ID: {KEY: VALUE}}}`.",
        "",
        "## Roles",
        "",
        "| role | title | component | gives | what it is |",
        "| --- | --- | --- | --- | --- |",
    )
    for role in doctrine.roles.values():
        yield f"| `{role.id}` | {role.title} | {role.component} | {', '.join(role.gives)} | {_cell(role.note)} |"
    yield from (
        "",
        "## Unit types",
        "",
        "| type | what it is | component | strength | can do (0 to 1) | source |",
        "| --- | --- | --- | --- | --- | --- |",
    )
    for type_ in doctrine.unit_types.values():
        able = ", ".join(f"{family} {share:g}" for family, share in type_.capabilities.items())
        yield f"| `{type_.id}` | {type_.label} | {type_.component} | {type_.strength} | {able} | {type_.source} |"
    yield from ("", "## Responses", "")
    titles = {
        "deter": "Deter", "pre-empt": "Pre-empt", "neutralize": "Neutralize", "consolidate": "Consolidate",
        None: "Political, protective and procedural ways",
    }  # fmt: skip
    for mode, title in titles.items():
        yield from (f"### {title}", "")
        for response in doctrine.responses.values():
            if response.force_mode == mode:
                yield from _response(response)
    yield from (
        "## Levers",
        "",
        "What can be offered to a contingent that objects. A lever works only on its ground.",
        "",
        "| lever | what it is | works on | costs |",
        "| --- | --- | --- | --- |",
    )
    for lever in doctrine.levers.values():
        grounds = ", ".join(f"{ground} {worth:g}" for ground, worth in lever.grounds.items())
        yield f"| `{lever.id}` | {_cell(lever.label)}: {_cell(lever.help)} | {grounds} | {_cell(lever.cost)} |"
    yield from (
        "",
        "## Measures",
        "",
        "| measure | what it is | unit | better | worth acting on |",
        "| --- | --- | --- | --- | --- |",
    )
    for measure in doctrine.measures.values():
        worth = "" if measure.worthwhile is None else f"{measure.worthwhile:g}"
        yield f"| `{measure.id}` | {_cell(measure.label)} | {measure.unit} | {measure.direction} | {worth} |"


def _response(response: Response) -> Iterator[str]:
    facts = [f"by {', '.join(response.issued_by)}"]
    facts.append("office work" if response.performed_by == "office" else f"a unit that can: {response.performed_by}")
    if response.needs:
        facts.append(f"needs a {'person or body' if response.needs == 'target' else response.needs}")
    if response.targets:
        facts.append(f"addressed to: {', '.join(response.targets)}")
    if response.options:
        facts.append(f"options: {', '.join(f'`{option}`' for option in response.options)}")
    if response.hours is not None and response.hours[1]:
        facts.append(f"hours {response.hours[0]:g} to {response.hours[2]:g}, usually {response.hours[1]:g}")
    elif response.hours is None:
        facts.append("lasts until it is ended")
    if response.tier is not None:
        facts.append(f"protection tier {response.tier}, phase {response.phase}")
    if response.force_level != "none":
        facts.append(f"force level: {response.force_level}")
    if response.reserved:
        facts.append("**reserved**: the head of mission releases it")
    if response.in_force_from is not None:
        facts.append(f"in force from {response.in_force_from}")
    yield f"- **`{response.id}`** {response.label}. {_cell(response.help)} *{'; '.join(facts)}. {response.source}*"
    yield ""


# The parameters


def _parameters(doctrine: Doctrine) -> Iterator[str]:
    entries = doctrine.parameters.values()
    counts: dict[str, int] = {}
    for entry in entries:
        counts[entry.confidence] = counts.get(entry.confidence, 0) + 1
    yield from (
        "# Parameters",
        "",
        "Written by `python docs/reference.py` from `sim/doctrine/parameters.yaml`. Every constant of the model with",
        "the range it is swept over, its source ([sources.md](sources.md)) and how far it can be believed.",
        "",
        f"{len(doctrine.parameters)} parameters: "
        + ", ".join(f"{count} {word}" for word, count in sorted(counts.items(), key=lambda item: -item[1]))
        + ". *Calibrated* ones were declared so before anything was fitted ([validation.md](validation.md)).",
    )
    families: dict[str, list[Any]] = {}
    for entry in entries:
        families.setdefault(entry.id.partition(".")[0], []).append(entry)
    for family, members in families.items():
        yield from (
            "",
            f"## {family}",
            "",
            "| parameter | value | range | unit | source | confidence | |",
            "|" + " --- |" * 7,
        )
        for entry in members:
            note = ("calibrated. " if entry.calibrate else "") + entry.note
            low, high = entry.range
            yield (
                f"| `{entry.id.partition('.')[2]}` | {entry.value:g} | {low:g} to {high:g} | {_cell(entry.unit)} | "
                f"{_cell(entry.source)} | {entry.confidence} | {_cell(note)} |"
            )


if __name__ == "__main__":
    raise SystemExit(main())
