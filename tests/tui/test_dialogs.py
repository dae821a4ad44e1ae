"""Orders, decisions, the caveat conversation, why: what the player chooses becomes the right input."""

from __future__ import annotations

from typing import Any

from canned_app import Sit
from canned_view import canned_view
from sim.net.protocol import ReceiptFor
from sim.tui.inputs import Filled, fill, missing
from sim.tui.row_list import RowList
from sim.tui.screens.decision import DecisionDialog
from sim.tui.screens.objection import ObjectionDialog


async def test_an_order_by_keys_alone_becomes_an_input(sit: Sit) -> None:
    async with sit() as table:
        await table.press("2", *["down"] * 7, "o", "enter")
        assert "Order: Visible patrol" in table.text()
        await table.press("tab", "tab", "tab", "space", "tab", "tab", *"by noon", "ctrl+s")
        assert table.link.sent == [
            {
                "kind": "order",
                "seat": "force-commander",
                "action": "patrol",
                "unit": "second-company",
                "place": "kabkabiya",
                "target": "",
                "options": ["by-day"],
                "hours": 6.0,
                "text": "by noon",
            }
        ]
        assert "Order sent." in table.text()


async def test_letters_in_a_text_field_are_letters(sit: Sit) -> None:
    async with sit() as table:
        await table.press("c", *"open the gate? q", "ctrl+s")
        assert table.link.sent[0]["text"] == "open the gate? q"


async def test_a_direction_names_its_lead_and_may_delegate(sit: Sit) -> None:
    async with sit() as table:
        await table.press("t", "enter", "right", "right", "down", "down", "right")
        await table.press("tab", "tab", "tab", "tab", "space", "ctrl+s")
        sent = table.link.sent[0]
        assert sent["kind"] == "direction"
        assert sent["lead"] == "force-commander"
        assert sent["priority"] == "high"
        assert sent["by_hours"] == 4.0
        assert sent["delegate"] is True
        assert sent["place"] == "team-site"


async def test_esc_goes_back_to_the_list_and_then_closes_without_sending(sit: Sit) -> None:
    async with sit() as table:
        await table.press("o", "enter", "escape")
        assert "Order: what" in table.text()
        await table.press("escape")
        assert table.app.screen is table.main
        assert not table.link.sent


async def test_all_names_of_a_field_can_be_searched(sit: Sit) -> None:
    async with sit() as table:
        await table.press("o", "enter", "enter", *"convoy", "enter")
        assert "Water convoy" in table.text()
        await table.press("ctrl+s")
        assert table.link.sent[0]["unit"] == "convoy"


async def test_hours_outside_the_limits_are_refused_in_the_form(sit: Sit) -> None:
    async with sit() as table:
        await table.press("o", "enter", "tab", "tab", *"99", "ctrl+s")
        assert "between 2 and 24" in table.text()
        assert not table.link.sent


def test_a_form_says_what_it_wants() -> None:
    forms = canned_view()["tables"]["forms"]
    order = forms["order:force-commander:patrol"]
    assert missing(order, Filled()) == "Choose who does it."
    assert missing(order, Filled(unit="company", hours=3.0)) == ""
    request = forms["request:head-of-mission:confirm"]
    assert missing(request, Filled()) == "Say whom you ask."
    assert fill(request, Filled(to="joc", text="Who else?"))["kind"] == "request"


def reporting(view: dict[str, Any], seat: str = "joc") -> dict[str, Any]:
    """The view with a report that a seat can hand in."""
    view["tables"]["forms"][f"report/{seat}/flash-report"] = {
        "order": 99, "id": f"report/{seat}/flash-report", "kind": "report", "seat": seat, "action": "flash-report",
        "label": "Flash report", "help": "What, where, when, who says so.", "force_mode": "", "tier": None, "phase": "",
        "reserved": False, "units": [], "places": [{"id": "team-site", "name": "Team site"}], "targets": [],
        "to": [{"id": "headquarters", "name": "Headquarters"}], "options": [], "hours": None, "needs": "",
    }  # fmt: skip
    return view


async def test_a_flash_report_is_written_and_handed_in(sit: Sit) -> None:
    async with sit(reporting(canned_view())) as table:
        await table.press("s", "enter", "ctrl+s")
        assert "Say what you report." in table.text()
        await table.press("tab", "tab", *"shots at the gate", "ctrl+s")
        assert table.link.sent == [
            {
                "kind": "submit",
                "seat": "joc",
                "to": "headquarters",
                "product": "flash-report",
                "about": "team-site",
                "text": "shots at the gate",
            }
        ]


async def test_many_orders_of_one_seat_stand_under_the_ways_of_using_force(sit: Sit) -> None:
    view = canned_view(seats=("force-commander",))
    forms = view["tables"]["forms"]
    patrol = forms["order:force-commander:patrol"]
    for number in range(12):
        mode = ("consolidate", "", "deter", "neutralize")[number % 4]
        key = f"order:force-commander:more-{number}"
        forms[key] = {
            **patrol,
            "id": key,
            "action": f"more-{number}",
            "label": f"Act {chr(65 + number)}",
            "force_mode": mode,
        }
    async with sit(view, seats=("force-commander",), size=(120, 60)) as table:
        await table.press("o")
        text = table.text()
        headings = ("deter", "neutralize", "consolidate", "without force")
        places = [text.index(f" {heading} ") for heading in headings]
        assert places == sorted(places)
        assert text.index("Act C") < text.index("Act D") < text.index("Act A") < text.index("Act B")


async def test_a_decision_shows_known_beside_unknown_and_the_price_of_each_option(sit: Sit) -> None:
    async with sit() as table:
        await table.press("d")
        text = table.text()
        known = next(line for line in text.splitlines() if "Known" in line and "Not known" in line)
        assert known.index("Known") < known.index("Not known")
        for part in ("0:20 left", "If nobody answers", "he opens the gate", "Consider", "speed, arms inside"):
            assert part in text


async def test_an_answer_is_sent_on_purpose_with_its_reason(sit: Sit) -> None:
    async with sit() as table:
        await table.press("d", "2", "enter")
        assert not table.link.sent
        await table.press("tab", *"search at the lane", "ctrl+s")
        assert table.link.sent == [
            {
                "kind": "answer",
                "seat": "head-of-mission",
                "decision": "gate",
                "option": "adjacent",
                "text": "search at the lane",
            }
        ]


async def test_the_world_goes_on_behind_a_decision_and_an_expired_one_cannot_be_answered(sit: Sit) -> None:
    async with sit() as table:
        await table.press("d")
        row = dict(table.link.view["tables"]["decisions"]["gate"]) | {"left": "0:05"}
        table.link.change(tables={"decisions": {"gate": row}})
        await table.settle()
        assert "0:05 left" in table.text()
        table.link.change(tables={"decisions": {"gate": row | {"state": "expired"}}})
        await table.settle()
        await table.press("ctrl+s")
        assert "no longer open" in table.text()
        assert isinstance(table.app.screen, DecisionDialog)
        assert not table.link.sent


async def test_the_clock_stands_over_every_dialog_and_goes_on(sit: Sit) -> None:
    async with sit() as table:
        await table.press("d")
        clock = dict(table.link.view["single"]["clock"]) | {"day": "D+1 09:41"}
        table.link.change({"clock": clock})
        await table.settle()
        first, second = table.text().splitlines()[:2]
        assert first.strip() == "EXERCISE EXERCISE EXERCISE"
        assert "D+1 09:41" in second


async def test_the_first_message_to_a_contingent_asks_what_it_would_take(sit: Sit) -> None:
    async with sit() as table:
        await table.press("c")
        text = table.text()
        assert "The unit is not split" in text
        assert "Guarantee a surgeon" not in text
        await table.press(*"How long?", "ctrl+s")
        assert table.link.sent == [
            {
                "kind": "levers",
                "seat": "police-commissioner",
                "objection": "obj-1",
                "levers": [],
                "ask": True,
                "hours": 0.0,
                "offer": "",
                "text": "How long?",
            }
        ]


async def test_answers_appear_and_the_catalogue_comes_only_on_asking(sit: Sit) -> None:
    async with sit() as table:
        await table.press("c")
        row = dict(table.link.view["tables"]["objections"]["obj-1"])
        row |= {
            "state": "asked",
            "needs": "a time limit, and a surgeon nearby",
            "lines": [*row["lines"], {"when": "D+1 11:20", "who": "FPU commander", "text": "For how long, then?"}],
        }
        table.link.change(tables={"objections": {"obj-1": row}})
        await table.settle()
        assert "For how long, then?" in table.text()
        assert "a time limit, and a surgeon nearby" in table.text()
        await table.press("ctrl+l")
        assert "Guarantee a surgeon" in table.text()
        await table.press("space", "down", "space", "tab", "tab", *"240", "ctrl+s")
        sent = table.link.sent[0]
        assert sent["ask"] is False
        assert sent["levers"] == ["limit-time", "medical"]
        assert sent["hours"] == 240.0


async def test_a_conversation_that_is_over_takes_no_more_words(sit: Sit) -> None:
    async with sit() as table:
        row = dict(table.link.view["tables"]["objections"]["obj-1"]) | {"state": "agreed"}
        table.link.change(tables={"objections": {"obj-1": row}})
        await table.settle()
        await table.press("c", *"thanks", "ctrl+s")
        assert "This conversation is over." in table.text()
        assert isinstance(table.app.screen, ObjectionDialog)
        assert not table.link.sent


async def test_a_refused_message_keeps_what_was_written(sit: Sit) -> None:
    async with sit() as table:
        table.link.receipt = ReceiptFor("1", False, "You wrote to the wrong seat.")
        await table.press("c", *"hello", "ctrl+s")
        assert "You wrote to the wrong seat." in table.text()
        assert "hello" in table.text()


async def test_why_is_an_input_and_the_answer_is_shown(sit: Sit) -> None:
    async with sit() as table:
        table.link.receipt = ReceiptFor("1", True, answer=("Radio Darfur said so (D4).", "The site counts fewer (C3)."))
        await table.press("w", "down", "enter")
        sent = table.link.sent[0]
        assert sent["kind"] == "asked-why"
        assert sent["subject"] == "team-site"
        assert "Radio Darfur said so (D4)." in table.text()


async def test_from_a_report_one_can_ask_others_and_see_the_place(sit: Sit) -> None:
    async with sit() as table:
        await table.press("3", "end", "up", "enter")
        assert "Stalls shut" in table.text()
        await table.press("m")
        assert table.main.selected == ("place", "saraf-umra")
        await table.press("3", "enter", "r")
        assert "Request: what" in table.text()


async def test_the_reader_goes_through_the_inbox_and_copies(sit: Sit) -> None:
    async with sit() as table:
        await table.press("i", "n")
        await table.press("y")
        assert "to be confirmed before it is passed on" in table.app.clipboard


async def test_figures_show_when_and_how_good(sit: Sit) -> None:
    async with sit() as table:
        await table.press("f")
        assert "4,000 - 9,000" in table.text()
        assert "(D+1 08:05, C3)" in table.text()


async def test_an_option_list_too_long_for_the_terminal_scrolls(sit: Sit) -> None:
    view = canned_view()
    option = view["tables"]["decisions"]["gate"]["options"][0]
    view["tables"]["decisions"]["gate"]["options"] = [
        option | {"id": f"o{n}", "label": f"Option {n}"} for n in range(12)
    ]
    async with sit(view, size=(80, 24)) as table:
        await table.press("d", "end")
        assert "Option 11" in table.text()
        assert table.app.screen.query_one(RowList).key == "o11"
