"""Keys: ids, twins for input methods, rebinding."""

from __future__ import annotations

import asyncio

import pytest
from textual.app import App
from textual.events import Key

from moderation.console.app import ReviewApp
from moderation.console.frame import PANES
from moderation.console.keys import ACTIONS, keymap, shown, twins
from moderation.console.moves import Size, move
from moderation.domain.errors import UsageError
from moderation.pool.review.desk import Desk
from tests.console.scenes import a_screen
from tests.unit.pool.review.offices import NATIVE, an_office


def test_no_two_actions_share_a_key_from_the_start() -> None:
    assert len({key for keys in keymap({}).values() for key in keys}) == sum(map(len, keymap({}).values()))


def test_a_key_that_is_given_twice_names_both_actions() -> None:
    with pytest.raises(UsageError, match="'r' is bound to both 'remove' and 'gloss'"):
        keymap({"remove": "r", "gloss": "r"})


def test_a_key_that_another_action_has_by_default_names_both_actions() -> None:
    with pytest.raises(UsageError, match="'a' is bound to both 'allow' and 'remove'"):
        keymap({"remove": "a"})


def test_an_action_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(UsageError, match=r"no action 'delete'.*remove"):
        keymap({"delete": "r"})


def test_actions_may_swap_their_keys() -> None:
    changed = keymap({"remove": "a", "allow": "d,ctrl+a"})
    assert changed["remove"] == ("a",)
    assert changed["allow"] == ("d", "ctrl+a")


@pytest.mark.parametrize(
    ("key", "also"),
    [("1", "１"), ("a", "ａ"), ("?", "？"), ("/", "／"), ("/", "、"), (":", "："), ("[", "【"), ("Z", "Ｚ")],
)
def test_a_key_has_the_twins_that_an_input_method_makes_of_it(key: str, also: str) -> None:
    assert also in twins(key)


@pytest.mark.parametrize("key", ["enter", "f2", "ctrl+d", "tab"])
def test_a_named_key_has_no_twin(key: str) -> None:
    assert twins(key) == (key,)


def test_full_width_keys_do_what_their_twins_do() -> None:
    pressed: list[str] = []

    class Spy(ReviewApp):
        def action_press(self, name: str) -> None:
            pressed.append(name)

    async def story() -> None:
        app: App[None] = Spy(Desk(an_office(), NATIVE, "zh"), "en")
        async with app.run_test() as pilot:
            # What Textual's parser makes of the characters that arrive from a terminal.
            for key in ("１", "ａ", "fullwidth_question_mark", "fullwidth_solidus", "fullwidth_colon",
                        "left_black_lenticular_bracket", "ideographic_comma"):  # fmt: skip
                app.post_message(Key(key, None))
                await pilot.pause()

    asyncio.run(story())
    assert pressed == ["digit_1", "allow", "help", "find", "command", "previous_tab", "find"]


@pytest.mark.parametrize("action", [action.id for action in ACTIONS])
def test_every_action_does_something(action: str) -> None:
    app = ReviewApp(Desk(an_office(), NATIVE, "zh"), "en")
    moves = move(a_screen(), action, Size(100, 32)) is not None
    assert moves != (action in app._deeds() or action == "leave")


def test_digits_enter_tab_arrows_and_function_keys_reach_all_that_a_decision_needs() -> None:
    safe = {"delete", "enter", "tab", "shift+tab", "escape", "up", "down", "left", "right"}
    without_letters = {
        name
        for name, keys in keymap({}).items()
        if any(key in safe or key.isdigit() or (key[0] == "f" and key[1:].isdigit()) for key in keys)
    }
    needed = {"commit", "back", "undo", "pane", "up", "down", "left", "right", "gloss", "translation", "reveal"}
    needed |= {"note", "help", "campaign", "pause", "language", "handover", "leave"}
    needed |= {f"digit_{n}" for n in range(1, 10)}
    assert needed <= without_letters
    assert len(PANES) == 4


@pytest.mark.parametrize(("key", "name"), [("enter", "Enter"), ("f2", "F2"), ("ctrl+d", "^d"), ("?", "?"), ("f", "f")])
def test_keys_are_named_as_they_are_on_a_keyboard(key: str, name: str) -> None:
    assert shown(key) == name
