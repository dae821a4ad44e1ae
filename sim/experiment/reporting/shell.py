"""What every page has around its sections: one file that fetches nothing and runs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from sim.experiment.reporting.markup import Markup, element, joined
from sim.experiment.reporting.style import STYLE
from sim.experiment.reporting.wording import IN_THIS_MODEL

Part: TypeAlias = tuple[str, str, Markup]
"""A section: its id, its heading, and what stands in it."""

PAGE: Final = "report.html"
DATA: Final = "answer.json"
TABLES: Final = "tables"
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""A browser that reads the page fetches nothing and runs nothing, whatever a scenario's author wrote."""


def whole(
    kind: str, title: str, first: Markup, parts: Sequence[Part], *, skip: str, new_pages: frozenset[str] = frozenset()
) -> str:
    """A page from its first screen and its sections.

    Args:
        kind: what the page is, such as a comparison.
        title: of what it is about.
        skip: words of the link that leads past the heading.
        new_pages: ids of the sections that begin a sheet of their own in print.
    """
    body = joined(
        [
            element("a", skip, href="#answer", class_="skip"),
            element("header", element("p", kind, class_="kind"), element("h1", title)),
            element(
                "main",
                first,
                element(
                    "nav",
                    element("ul", *(element("li", element("a", head, href=f"#{id_}")) for id_, head, _ in parts)),
                    aria_label="Contents",
                ),
                *(_section(part, "page" if part[0] in new_pages else None) for part in parts),
            ),
            element("footer", element("p", f"{kind}: {title}. What it says holds {IN_THIS_MODEL}.")),
        ]
    )
    head = joined(
        [
            element("meta", charset="utf-8"),
            element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="referrer", content="no-referrer"),
            element("meta", name="color-scheme", content="light dark"),
            element("title", f"{title}: {kind.lower()}"),
            element("style", Markup(STYLE)),
        ]
    )
    return f"<!DOCTYPE html>\n{element('html', element('head', head), element('body', body), lang='en')}\n"


def _section(part: Part, class_: str | None) -> Markup:
    id_, head, content = part
    heading = element("h2", head, class_=class_, id=f"{id_}-head")
    return element("section", heading, content, id=id_, aria_labelledby=f"{id_}-head")
