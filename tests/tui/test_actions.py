"""One table of actions: everything a player can do has an id, a name, a key, a help and a way to run."""

from __future__ import annotations

import pytest

from sim.tui.actions import ACTIONS, GROUPS, MAX_FOOTER_KEYS, footer_actions, key_name, keys_in_use
from sim.tui.panes.footer import PALETTE
from sim.tui.screens.help import help_text
from sim.tui.screens.main import MainScreen


def test_every_action_is_complete_and_no_key_means_two_things() -> None:
    keys = [key for entry in ACTIONS for key in (entry.key, *entry.other_keys)]
    assert len(keys) == len(set(keys))
    assert len({entry.id for entry in ACTIONS}) == len(ACTIONS)
    for entry in ACTIONS:
        assert entry.name
        assert entry.help.endswith(".")
        assert entry.group in GROUPS


def test_every_action_can_be_run_and_every_method_is_in_the_table() -> None:
    runnable = {name.removeprefix("do_") for name in dir(MainScreen) if name.startswith("do_")}
    assert runnable == {entry.id for entry in ACTIONS if entry.id != "palette"}


def test_every_action_is_in_the_help_with_its_key() -> None:
    text = help_text({"order": "p"}).plain
    for entry in ACTIONS:
        assert entry.help in text
    assert "p         Order" in text


def test_no_key_is_one_that_terminals_or_browsers_take() -> None:
    taken = {"ctrl+m", "ctrl+i", "ctrl+h", "ctrl+j", "ctrl+w", "ctrl+n", "ctrl+t", *(f"f{n}" for n in range(1, 25))}
    assert not taken & {key for entry in ACTIONS for key in (entry.key, *entry.other_keys)}


@pytest.mark.parametrize("width", [80, 100, 120, 160, 200])
def test_the_footer_shows_whole_keys_and_no_more_than_nine(width: int) -> None:
    labels = {entry.id: (key_name(entry.key), entry.name) for entry in ACTIONS}
    shown = footer_actions(width, labels, PALETTE)
    length = 1 + sum(len(labels[name][0]) + len(labels[name][1]) + 3 for name in shown) + len(PALETTE)
    assert length <= width
    assert len(shown) + 1 <= MAX_FOOTER_KEYS
    assert shown[:2] == ["help", "clock"]


def test_a_player_changes_a_key_and_the_table_follows() -> None:
    keys = keys_in_use({"order": "p"})
    assert keys["order"] == "p"
    assert keys["decide"] == "d"
