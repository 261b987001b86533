"""The frame in every width and language: no line wider or narrower than the screen, nothing lost, nothing that acts."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from moderation.console.frame import frame, longest, panes, tabs_of
from moderation.console.keys import keymap
from moderation.console.moves import Size, move, opens
from moderation.console.pages import handover_page, help_page
from moderation.console.shown import Last, Shown
from moderation.console.state import Draft
from moderation.domain.review import Handover
from tests.console.scenes import NOW, a_blind_item, a_held, a_member, a_screen, a_standing, a_view, translated
from tests.properties.alphabets import hard_text
from tests.unit.pool.review.offices import MACROS

GOLDEN = Path(__file__).parents[1] / "golden" / "console"
SIZES = ((80, 24), (100, 32), (120, 40))
LANGS = ("en", "zh")

HANDOVER = Handover(
    "S2@2026-11-20", "en", {"text": {"en": "62 decided.\n3 kept.", "zh": "已审 62。\n留 3 条。"}}, NOW - 60
)

STATES: Mapping[str, Shown] = {
    "item": a_screen(),
    "composed": a_screen(replace(a_held(), draft=Draft("scope", "remove", "scam", None, note="see C-1182"))),
    "second": a_screen(replace(a_held(), draft=Draft("opinion", "second", opinion="remove"))),
    "skip": a_screen(replace(a_held(), draft=Draft("reason", "skip", reason="wellbeing"))),
    "translated": replace(translated(a_screen()), focus="post"),
    "campaign": a_screen(focus="tabs", tab="campaign"),
    "author": a_screen(focus="tabs", tab="author"),
    "history": a_screen(focus="tabs", tab="history"),
    "blind": a_screen(a_blind_item()),
    "hidden": a_screen(category_only=True),
    "revealed": a_screen(revealed=True, folded=frozenset({"gloss", "translation"})),
    "asked": a_screen(asking=True, message="ban, 1 posts: Enter again does it, Esc goes back"),
    "done": a_screen(
        last=Last("8f0e9", "remove", "scam", 7, NOW + 14), standing=a_standing(break_in_s=0.0, load=118.0)
    ),
    "lost": a_screen(phase="lost", message="The lease is lost"),
    "empty": replace(a_screen(), held=None, phase="empty"),
    "away": replace(a_screen(), held=None, phase="away"),
    "load": replace(a_screen(), held=None, phase="load"),
    "loading": replace(a_screen(), held=None, phase="loading", standing=None),
    "help": a_screen(page=help_page("en", keymap({}), MACROS)),
    "handover": a_screen(page=handover_page("en", HANDOVER, None)),
}
DRAWN = ("item", "composed", "campaign", "blind", "empty", "help")


def drawn(shown: Shown, width: int, height: int) -> list[str]:
    return [line.plain for line in frame(shown, width, height)]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("state", STATES)
def test_a_frame_fills_the_screen_exactly(state: str, lang: str) -> None:
    shown = replace(STATES[state], lang=lang)
    for width in (80, 95, 96, 121):
        for height in (24, 31):
            lines = drawn(shown, width, height)
            assert len(lines) == height
            assert {cell_len(line) for line in lines} == {width}, (width, height)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("state", STATES)
def test_nothing_of_ours_is_ambiguous_in_width(state: str, lang: str) -> None:
    shown = replace(STATES[state], lang=lang)
    text = "".join(drawn(shown, 100, 60))
    assert {c for c in text if unicodedata.east_asian_width(c) == "A"} == set()


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
@pytest.mark.parametrize("state", DRAWN)
def test_a_frame_looks_as_it_did(state: str, size: tuple[int, int], lang: str) -> None:
    """Rewrite with UPDATE_GOLDEN=1, and read the difference."""
    shown = replace(STATES[state], lang=lang)
    if state == "help":
        shown = replace(shown, page=help_page(lang, keymap({}), MACROS))
    lines = "\n".join(line.rstrip() for line in drawn(shown, *size)) + "\n"
    golden = GOLDEN / f"{state}-{size[0]}-{lang}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(lines, encoding="utf-8")
    assert lines == golden.read_text(encoding="utf-8")


def whole(shown: Shown, width: int, height: int) -> str:
    """All that can be read of the post by scrolling to its end."""
    pane = replace(shown, focus="post")
    seen = []
    for first in range(longest(pane, width, height) + 1):
        seen += [line[2:].split(" | ")[0] for line in drawn(replace(pane, scroll={"post": first}), width, height)]
    return "".join(seen)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
def test_nothing_of_the_post_and_the_reasons_is_lost_in_any_width(size: tuple[int, int]) -> None:
    shown = translated(a_screen())
    post = whole(shown, *size)
    assert all(
        each in post for each in ("招聘兼职", "备注", "paid 300 a day", "加微信", "Part-timers", "order-brushing")
    )
    beside = "why" in panes(shown, size[0])
    why = replace(shown, focus="why") if beside else replace(shown, focus="tabs", tab="why")
    pane = why.focus
    reasons = "".join("".join(drawn(replace(why, scroll={pane: n}), *size)) for n in range(longest(why, *size) + 1))
    assert all(each in reasons for each in ("PRIORITY 302", "scam.fake_job", "C-1182", "lane harm", "ban R3"))


@pytest.mark.parametrize("width", [80, 100])
def test_every_tab_can_be_reached_and_comes_round(width: int) -> None:
    shown, seen = replace(a_screen(), tab=tabs_of(a_screen(), width)[0]), []
    for _ in tabs_of(shown, width):
        seen.append(shown.tab)
        shown = move(shown, "next_tab", Size(width, 32)) or shown
    assert tuple(seen) == tabs_of(shown, width)
    assert shown.tab == seen[0]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
def test_all_seven_acts_are_on_the_screen(size: tuple[int, int], lang: str) -> None:
    row = next(line for line in drawn(a_screen(lang=lang), *size) if " 7 " in line)
    assert all(f" {n} " in row for n in range(1, 8))
    assert ">>" not in row


def test_the_chosen_policy_is_seen_with_its_version_even_where_it_is_far_along() -> None:
    shown = a_screen(replace(a_held(), draft=Draft("policy", "remove", "harassment")))
    assert any("*4 harassment Harassment [2026-11-01]" in line for line in drawn(shown, 80, 24))


HOSTILE = {
    "colour": "a\x1b[31mb",
    "clipboard": "\x1b]52;c;ZXZpbA==\x07",
    "title": "\x9d0;owned\x9c \x1bP",
    "direction": "\u202egnp.exe\u2066x",
    "invisible": "f\u200bo\u2060o\ufeff",
    "marks": "e" + "\u0301" * 300,
    "right to left": "سلام عليكم שלום",
    "markup": "[red]free[/red] [@click=app.quit]x[/] [link=http://x]y[/link]",
    "long word": "W" * 600,
    "wide word": "\u6f22" * 600,
    "lines": "a\r\nb\rc\n" * 30,
    "emoji": "👨‍👩‍👧‍👦👍🏽🇨🇳❤️1️⃣",
    "surrogate": "\ud800x",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("width", [80, 100])
def test_a_hostile_post_neither_acts_nor_breaks_the_frame(name: str, width: int) -> None:
    text = HOSTILE[name]
    shown = replace(translated(a_screen(a_held(text=text, gloss=()))), focus="post")
    everything = [shown, replace(shown, focus="tabs", tab="thread"), replace(shown, focus="tabs", tab="campaign")]
    for each in everything:
        for line in drawn(each, width, 40):
            assert cell_len(line) == width
            assert not any(unicodedata.category(c) in {"Cc", "Cs", "Co"} for c in line)
            assert not set(line) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u2060\ufeff")


def test_markup_in_a_post_is_text() -> None:
    shown = a_screen(a_held(text="[red]free[/red] and [@click=app.quit]quit[/]", gloss=()), focus="post")
    assert "[red]free[/red] and [@click=app.quit]quit[/]" in "\n".join(drawn(shown, 100, 32))


def test_a_post_that_a_terminal_may_reorder_has_nothing_to_its_right() -> None:
    shown = a_screen(a_held(text="سلام عليكم", gloss=()))
    assert "why" not in panes(shown, 120)
    assert "why" in tabs_of(shown, 120)


def test_a_post_of_twenty_thousand_characters_is_drawn_and_scrolled() -> None:
    text = ("看一看这个兼职 earn money fast " * 900)[:20_000]
    shown = a_screen(a_held(text=text, gloss=()), focus="post")
    end = move(shown, "end", Size(100, 32))
    assert end is not None
    assert "translation (machine" in "\n".join(drawn(end, 100, 32))


@given(hard_text(200), st.sampled_from([80, 96, 100]))
def test_whatever_is_posted_the_frame_holds(text: str, width: int) -> None:
    shown = a_screen(a_held(text=text, gloss=()), focus="post")
    assert {cell_len(line) for line in drawn(shown, width, 32)} == {width}


def test_severe_words_are_masked_in_post_and_gloss_until_they_are_revealed() -> None:
    masked = "\n".join(drawn(a_screen(), 120, 40))
    assert "滚去死" not in masked
    assert "滚****" in masked
    assert "滚去死" in "\n".join(drawn(a_screen(revealed=True), 120, 40))


def test_what_is_masked_in_the_post_is_masked_beside_it() -> None:
    assert "滚去死" not in "\n".join(drawn(a_screen(focus="tabs", tab="campaign"), 200, 40))


def test_category_only_hides_the_post_and_all_that_quotes_it() -> None:
    for tab in tabs_of(a_screen(), 120):
        text = "\n".join(drawn(a_screen(category_only=True, tab=tab), 120, 40))
        assert "招聘" not in text
        assert "日结" not in text
        assert "Fraud and scams" in text


def test_a_blind_item_shows_no_scores_and_no_opinions() -> None:
    text = "\n".join(drawn(a_screen(a_blind_item()), 120, 40))
    assert "blind: scores" in text
    assert "PRIORITY" not in text
    assert "(hidden until you decide)" in text


def test_members_that_differ_come_first_and_show_their_text_when_they_are_opened() -> None:
    shown = a_screen(focus="tabs", tab="campaign")
    before = "\n".join(drawn(shown, 120, 40))
    assert before.index("8f23b") < before.index("8f22a")
    assert "公司招聘" not in before
    after = opens(shown)
    assert after is not None
    assert "公司招聘" in "\n".join(drawn(after, 120, 40))
    assert after.held
    assert after.held.choices.unopened == 0


def test_the_member_that_is_pointed_at_is_in_sight_however_long_those_before_it_are() -> None:
    long = a_member("8f23b", "公司招聘，有执照 " * 40)
    campaign = a_view().campaign
    assert campaign
    shown = a_screen(a_held(campaign=replace(campaign, differing=(long,))), focus="tabs", tab="campaign")
    opened = opens(shown) or shown
    last = opened
    for _ in range(2):
        last = move(last, "down", Size(80, 24)) or last
    assert any(line.startswith("| > ") and "8f22a" in line for line in drawn(last, 80, 24))
