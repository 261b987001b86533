"""The decision that is composed: digits fill rows from the top."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moderation.console.state import ACTS, Choices, Draft, act, choose, confirms, move, press, problem, shift, verdict

CHOICES = Choices(
    policies=("scam", "spam", "ad_diversion"),
    versions={"scam": "2026-11-01", "spam": "2026-11-02", "ad_diversion": "2026-11-03"},
    basis="gloss",
    mine=2,
    needs={"allow": 0, "limit": 1, "remove": 2, "ban": 3},
    campaign=True,
)
NATIVE = replace(CHOICES, mine=3, basis="read")


def typed(keys: str, choices: Choices = CHOICES) -> Draft:
    draft = Draft()
    for key in keys:
        draft = press(draft, int(key), choices)
    return draft


@pytest.mark.parametrize(
    ("keys", "act", "policy", "basis", "scope"),
    [
        ("3", "remove", None, None, "post"),
        ("31", "remove", "scam", None, "post"),
        ("312", "remove", "scam", "gloss", "post"),
        ("3124", "remove", "scam", "gloss", "post"),  # no fourth scope
        ("3122", "remove", "scam", "gloss", "campaign"),
        ("39", "remove", None, None, "post"),  # no ninth policy
        ("12", "allow", None, "gloss", "post"),  # allowing cites nothing
        ("9", None, None, None, "post"),
    ],
)
def test_digits_fill_the_row_and_drop_to_the_next(
    keys: str, act: str | None, policy: str | None, basis: str | None, scope: str
) -> None:
    draft = typed(keys)
    assert (draft.act, draft.policy, draft.basis, draft.scope) == (act, policy, basis, scope)


@pytest.mark.parametrize(
    ("keys", "rows"),
    [
        ("3", ("act", "policy", "basis", "scope", "note")),
        ("1", ("act", "basis", "scope", "note")),
        ("5", ("act", "note")),
        ("6", ("act", "opinion", "policy", "basis", "note")),
        ("7", ("act", "reason", "note")),
    ],
)
def test_an_act_asks_for_its_own_rows(keys: str, rows: tuple[str, ...]) -> None:
    assert typed(keys).rows == rows


@pytest.mark.parametrize("name", ACTS)
def test_a_letter_chooses_the_act_from_any_row(name: str) -> None:
    draft = act(move(typed("312"), 1), name)
    assert draft.act == name
    assert draft.row in draft.rows


def test_another_act_keeps_what_was_chosen_and_is_still_asked_for() -> None:
    draft = act(typed("312"), "limit")
    assert (draft.policy, draft.basis) == ("scam", "gloss")


@pytest.mark.parametrize(
    ("draft", "what", "row"),
    [
        (Draft(), "missing", "act"),
        (typed("3"), "missing", "policy"),
        (typed("7"), "missing", "reason"),
        (typed("6") and choose(typed("6"), "opinion", "remove"), "missing", "policy"),
        (typed("41"), "level", "basis"),  # a ban takes a native
        (typed("314"), "level", "basis"),  # a pattern is not enough to remove
        (typed("311"), "level", "basis"),  # who does not read it as a native has not read it
    ],
)
def test_what_cannot_be_committed_says_what_is_missing_and_where(draft: Draft, what: str, row: str) -> None:
    found = problem(draft, CHOICES)
    assert found is not None
    assert (found.what, found.row) == (what, row)


@pytest.mark.parametrize("keys", ["31", "312", "1", "2", "5", "6", "71", "214"])
def test_what_is_complete_has_no_problem(keys: str) -> None:
    draft = typed(keys)
    expected = "missing" if keys == "2" else None
    found = problem(draft, CHOICES)
    assert (found.what if found else None) == expected


def test_a_level_that_is_lacking_says_what_may_be_done_instead() -> None:
    found = problem(typed("41"), CHOICES)
    assert found is not None
    assert (found.needs, found.has, found.may) == (3, 2, ("allow", "limit", "remove"))


def test_a_native_may_ban() -> None:
    assert problem(typed("411", NATIVE), NATIVE) is None


def test_a_campaign_waits_until_its_differing_members_are_opened() -> None:
    found = problem(typed("3122"), replace(CHOICES, unopened=2))
    assert found is not None
    assert (found.what, found.needs) == ("unopened", 2)
    assert problem(typed("3122"), CHOICES) is None


@pytest.mark.parametrize(("keys", "asks"), [("41", True), ("3122", True), ("312", False), ("7", False)])
def test_bans_and_campaigns_are_asked_once_more(keys: str, asks: bool) -> None:
    assert confirms(typed(keys)) is asks


def test_a_verdict_cites_the_version_and_the_language_that_were_shown() -> None:
    made = verdict(typed("31"), CHOICES, "zh")
    assert made is not None
    assert made.to_json() == {
        "action": "remove", "category": "scam", "basis": "gloss", "note": "", "policy_version": "2026-11-01",
        "policy_lang": "zh",
    }  # fmt: skip


def test_allowing_cites_nothing_even_where_a_policy_was_chosen_before() -> None:
    made = verdict(act(typed("31"), "allow"), CHOICES, "en")
    assert made is not None
    assert (made.category, made.policy_version, made.policy_lang) == (None, None, None)


def test_a_second_opinion_may_go_without_ones_own() -> None:
    assert verdict(typed("6"), CHOICES, "en") is None
    mine = verdict(typed("641"), CHOICES, "en")
    assert mine is not None
    assert (mine.action, mine.category) == ("remove", "scam")


def test_arrows_choose_the_neighbour_and_from_an_end_where_nothing_is_chosen() -> None:
    draft = typed("3")
    assert shift(draft, 1, CHOICES).policy == "scam"
    assert shift(draft, -1, CHOICES).policy == "ad_diversion"
    assert shift(shift(draft, 1, CHOICES), 1, CHOICES).policy == "spam"
    assert shift(shift(draft, 1, CHOICES), -1, CHOICES).policy == "scam"  # the first stays the first


def test_arrows_walk_the_rows_and_stop_at_both_ends() -> None:
    draft = typed("3")
    assert move(move(draft, -1), -1).row == "act"
    assert move(draft, 9).row == "note"
