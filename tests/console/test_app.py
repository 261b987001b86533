"""Stories of a shift at the screen: the app, the desk and the store in memory, driven by keys."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from moderation.console.app import ReviewApp
from moderation.console.sheet import Sheet
from moderation.console.times import day
from moderation.console.work import RENEW_S, Fault
from moderation.domain.errors import ServiceUnavailable
from moderation.domain.review import VERDICTS, Lease, Verdict
from moderation.domain.reviewer import Reviewer
from moderation.pool.review.desk import Desk, Office
from moderation.pool.review.handover import Handovers
from moderation.pool.review.view import Gloss, Translation
from tests.unit.pool.review.offices import HELPER, NATIVE, NOON, Clock, NoGlossary, an_office, put

Story = Callable[["Seat"], Awaitable[None]]


class Seat:
    """The screen, its office and its keys."""

    def __init__(self, app: ReviewApp, pilot: Pilot[None], office: Office, clock: Clock) -> None:
        self.app, self.pilot, self.office, self.clock = app, pilot, office, clock

    async def press(self, *keys: str) -> None:
        if self.app.query_one(Input).has_focus:
            await self.pilot.press(*keys)
        else:
            for key in keys:  # faster than the pilot, who waits after each
                self.app.simulate_key(key)
            await self.pilot.pause()
        await self.settle()

    async def answer(self, key: str, text: str) -> None:
        """Open a text field, fill it, and send it."""
        await self.pilot.press(key)
        self.app.query_one(Input).value = text
        await self.press("enter")

    async def settle(self) -> None:
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    async def after(self, seconds: float) -> None:
        self.clock.now += seconds
        self.app._tick()
        await self.settle()

    @property
    def text(self) -> str:
        sheet = self.app.query_one(Sheet)
        return "\n".join(sheet.render_line(y).text for y in range(sheet.size.height))

    @property
    def item(self) -> str:
        assert self.app.shown.held
        return self.app.shown.held.view.item.post_id

    def leases(self) -> dict[str, str]:
        now = self.clock()
        found = self.office.store.queue(None, 99, now)
        return {item.post_id: item.lease.reviewer for item in found if item.lease}

    def verdicts(self) -> list[tuple[str, str, str | None, str]]:
        made = [verdict for verdict in self.office.store.verdicts() if verdict.action in VERDICTS]
        return [(v.post_id, v.action, v.category, v.state) for v in made]


@asynccontextmanager
async def seated(
    office: Office, clock: Clock, reviewer: Reviewer = NATIVE, desk: str = "zh", lang: str = "en",
    size: tuple[int, int] = (100, 32), **options: Any,
) -> AsyncIterator[Seat]:  # fmt: skip
    app = ReviewApp(Desk(office, reviewer, desk), lang, **options)
    async with app.run_test(size=size) as pilot:
        seat = Seat(app, pilot, office, clock)
        await seat.settle()
        yield seat


def told(story: Story, *posts: str, office: Office | None = None, clock: Clock | None = None, **options: Any) -> None:
    clock = clock or Clock()
    made = office or an_office(clock)
    made = replace(made, clock=clock)
    if posts:
        put(made, *posts)

    async def tell() -> None:
        async with seated(made, clock, **options) as seat:
            await story(seat)

    asyncio.run(tell())


def test_a_decision_takes_three_digits_and_enter_and_the_next_item_is_there() -> None:
    async def story(seat: Seat) -> None:
        assert seat.item == "p-1"
        await seat.press("3", "1", "2", "enter")
        assert seat.verdicts() == [("p-1", "remove", "scam", "held")]
        assert seat.item == "p-2"
        assert "p-1 remove scam, 20s to undo" in seat.text

    told(story, "p-1", "p-2", "p-3")


def test_with_a_default_basis_a_letter_a_digit_and_enter_are_enough() -> None:
    async def story(seat: Seat) -> None:
        await seat.press("d", "1", "enter")
        (verdict,) = seat.office.store.verdicts()
        assert (verdict.action, verdict.basis, verdict.policy_version, verdict.policy_lang) == (
            "remove", "read", "2026-11-01", "en",
        )  # fmt: skip

    told(story, "p-1")


def test_full_width_digits_of_a_chinese_input_method_decide_as_well() -> None:
    async def story(seat: Seat) -> None:
        await seat.press("１", "enter")
        assert seat.verdicts() == [("p-1", "allow", None, "held")]

    told(story, "p-1", lang="zh")


def test_one_item_and_one_ahead_are_leased_and_never_more() -> None:
    async def story(seat: Seat) -> None:
        assert set(seat.leases()) == {"p-1", "p-2"}
        await seat.press("a", "enter")
        assert set(seat.leases()) == {"p-2", "p-3"}
        await seat.press("z")  # the first comes back, the second waits behind it, the third is given back
        assert set(seat.leases()) == {"p-1", "p-2"}

    told(story, "p-1", "p-2", "p-3", "p-4")


def test_what_is_missing_is_said_and_its_row_is_active() -> None:
    async def story(seat: Seat) -> None:
        await seat.press("3", "enter")
        assert "choose first: policy" in seat.text
        assert seat.verdicts() == []
        assert seat.app.shown.held
        assert seat.app.shown.held.draft.row == "policy"

    told(story, "p-1")


def test_undo_brings_the_item_back_and_redo_what_was_composed() -> None:
    async def story(seat: Seat) -> None:
        await seat.press("d", "1", "enter")
        await seat.press("z")
        assert seat.item == "p-1"
        assert [state for *_, state in seat.verdicts()] == ["undone"]
        await seat.press("Z", "enter")
        assert seat.verdicts()[-1] == ("p-1", "remove", "scam", "held")

    told(story, "p-1", "p-2")


def test_after_its_effect_a_reversal_asks_for_a_reason() -> None:
    async def story(seat: Seat) -> None:
        await seat.press("d", "1", "enter")
        await seat.after(30)
        await seat.press("z")
        assert "why is it reversed?" in seat.text
        assert [state for *_, state in seat.verdicts()] == ["standing"]
        await seat.press(*"no", "enter")
        assert seat.item == "p-1"
        assert seat.office.store.verdicts()[0].state == "reversed"

    told(story, "p-1", "p-2")


def test_a_ban_is_asked_once_more_and_any_other_key_takes_it_back() -> None:
    async def story(seat: Seat) -> None:
        await seat.press("b", "1", "enter")
        assert "Enter again" in seat.text
        assert seat.verdicts() == []
        await seat.press("j", "enter")
        assert seat.verdicts() == []
        await seat.press("enter")
        assert seat.verdicts() == [("p-1", "ban", "scam", "held")]

    told(story, "p-1")


def test_who_may_not_ban_is_told_what_they_may_do() -> None:
    async def story(seat: Seat) -> None:
        await seat.press("4", "1", "enter")
        assert "this needs R3, your basis is worth R2" in seat.text
        assert "remove" in seat.text
        assert seat.verdicts() == []

    clock = Clock()
    office = an_office(clock)
    put(office, "p-1", desk="en")
    told(story, office=office, reviewer=HELPER, desk="en")


def test_a_skip_asks_a_reason_and_the_item_is_not_offered_again() -> None:
    async def story(seat: Seat) -> None:
        await seat.press("s", "enter")
        assert "choose first: reason" in seat.text
        await seat.press("2", "enter")
        assert seat.item == "p-2"
        assert [passed["reason"] for passed in seat.office.store.passed(1)] == ["wellbeing"]

    told(story, "p-1", "p-2")


def test_a_second_opinion_goes_to_the_other_desk_with_ones_own_sealed() -> None:
    async def story(seat: Seat) -> None:
        await seat.press("6", "4", "1", "enter")
        item = seat.office.store.item(1, seat.clock())
        assert item.desk == "en"
        assert item.sealed
        assert item.sealed["action"] == "remove"

    told(story, "p-1")


def test_escalating_gives_an_item_to_the_leads() -> None:
    async def story(seat: Seat) -> None:
        await seat.press("e", "enter")
        assert seat.office.store.item(1, seat.clock()).lane == "lead"

    told(story, "p-1")


def test_a_campaign_is_decided_after_its_differing_members_were_opened() -> None:
    clock = Clock()
    office = an_office(clock)
    from moderation.domain.signal import Campaign

    campaign = Campaign("C-1", 3, 2, clock(), ())
    for post_id, text in (("p-1", "join us and earn 300 a day"), ("p-2", "join us and earn 300 a day!"),
                          ("p-3", "we sell bicycles in this street")):  # fmt: skip
        put(office, post_id, post={"text": text}, campaign=campaign)

    async def story(seat: Seat) -> None:
        await seat.press("3", "1", "1", "2", "enter")
        assert "1 posts of the campaign differ" in seat.text
        await seat.press("c", "enter")
        assert "bicycles" in seat.text
        await seat.press("escape", "enter")
        assert "remove, 3 posts: Enter again" in seat.text
        await seat.press("enter")
        assert sorted(post for post, *_ in seat.verdicts()) == ["p-1", "p-2", "p-3"]
        assert "3 posts, 20s to undo" in seat.text
        assert seat.app.shown.phase == "empty"

    told(story, office=office)


def test_a_lost_lease_is_said_and_enter_takes_the_next() -> None:
    async def story(seat: Seat) -> None:
        await seat.after(3600)
        assert "lease is lost" in seat.text
        await seat.press("d", "1", "enter")
        assert seat.verdicts() == []
        assert seat.app.shown.phase == "item"

    told(story, "p-1", "p-2", "p-3")


def test_an_item_that_somebody_else_took_is_not_decided_again() -> None:
    async def story(seat: Seat) -> None:
        held = seat.app.shown.held
        assert held
        seat.office.store.release(held.view.item.id, held.lease, seat.clock())
        await seat.press("d", "1", "enter")
        assert seat.verdicts() == []
        assert "lease is lost" in seat.text

    told(story, "p-1", "p-2")


def test_any_key_renews_the_lease_but_not_at_every_stroke() -> None:
    async def story(seat: Seat) -> None:
        await seat.press("tab")
        held = seat.app.shown.held
        assert held
        first = held.lease.expires_at
        await seat.after(RENEW_S - 1)
        await seat.press("tab")
        assert seat.app.shown.held
        assert seat.app.shown.held.lease.expires_at == first
        await seat.after(2)
        await seat.press("tab")
        assert seat.app.shown.held.lease.expires_at == first + RENEW_S + 1

    told(story, "p-1")


class Away:
    """A store that cannot be reached for some calls of one method."""

    def __init__(self, store: Any, method: str, times: int) -> None:
        self._store, self._method, self._times = store, method, times

    def __getattr__(self, name: str) -> Any:
        if name == self._method and self._times:
            self._times -= 1
            raise ServiceUnavailable("the store cannot be reached")
        return getattr(self._store, name)


def test_a_store_that_is_away_is_said_tried_again_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moderation.console.work._RETRY_S", (0.01,))
    clock = Clock()
    office = an_office(clock)
    put(office, "p-1", "p-2")
    seen: list[str] = []

    async def story(seat: Seat) -> None:
        tell = seat.app.tell

        def spy(message: str, **values: Any) -> None:
            seen.append(message)
            tell(message, **values)

        seat.app.tell = spy  # type: ignore[method-assign]
        await seat.press("d", "1", "enter")
        assert seat.verdicts() == [("p-1", "remove", "scam", "held")]
        assert seat.item == "p-2"

    told(story, office=replace(office, store=Away(office.store, "decide", 2)))
    assert seen == ["The store cannot be reached; trying again. What you composed is kept."] * 2


def test_leaving_gives_everything_back() -> None:
    async def story(seat: Seat) -> None:
        assert len(seat.leases()) == 2
        await seat.press("q")
        assert seat.leases() == {}

    told(story, "p-1", "p-2")


def test_a_pause_hides_the_post_and_gives_it_back_when_its_lease_is_over() -> None:
    async def story(seat: Seat) -> None:
        await seat.press("P")
        assert "hello" not in seat.text
        assert set(seat.leases()) == {"p-1"}
        await seat.after(3600)
        assert seat.leases() == {}
        await seat.press("P")
        assert seat.app.shown.phase == "item"

    told(story, "p-1", "p-2")


def test_a_pause_that_ends_in_time_goes_on_with_the_same_item_and_what_was_composed() -> None:
    async def story(seat: Seat) -> None:
        await seat.press("d", "P", "enter")
        assert seat.item == "p-1"
        assert seat.app.shown.held
        assert seat.app.shown.held.draft.act == "remove"

    told(story, "p-1", "p-2")


def test_the_language_switches_at_once_and_back() -> None:
    async def story(seat: Seat) -> None:
        await seat.press("f2")
        assert "命中原因" in seat.text
        assert "问候" in seat.text
        await seat.press("f2")
        assert "WHY" in seat.text

    told(story, "p-1")


def test_help_lists_every_key_in_both_languages() -> None:
    async def story(seat: Seat) -> None:
        await seat.press("question_mark")
        assert "commit, and the next item" in seat.text
        assert "提交并打开下一条" in seat.text
        await seat.press("escape")
        assert "DECIDE" in seat.text

    told(story, "p-1", size=(120, 60))


def test_only_the_id_goes_to_the_clipboard() -> None:
    async def story(seat: Seat) -> None:
        await seat.press("y")
        assert seat.app.clipboard == "1"

    told(story, "p-1")


def test_a_note_is_written_in_a_field_that_opens_on_i_only() -> None:
    async def story(seat: Seat) -> None:
        await seat.press("d", "i")
        assert seat.app.query_one(Input).has_focus
        await seat.press(*"see 3", "enter")
        assert seat.app.shown.held
        assert seat.app.shown.held.draft.note == "see 3"
        await seat.press("i")
        await seat.press("x", "escape")
        assert seat.app.shown.held.draft.note == "see 3"
        await seat.press("1", "enter")
        assert seat.office.store.verdicts()[0].note == "see 3"

    told(story, "p-1")


def test_a_macro_in_a_note_becomes_a_sentence_for_either_desk() -> None:
    async def story(seat: Seat) -> None:
        await seat.press("i")
        await seat.press(*";fj see 3 ;xy", "enter")
        assert seat.app.shown.held
        assert seat.app.shown.held.draft.note == "Fake job. / 虚假招聘。 see 3 ;xy"

    told(story, "p-1")


def test_nothing_that_acts_can_be_pasted_into_a_field() -> None:
    from textual.events import Paste

    async def story(seat: Seat) -> None:
        await seat.press("i")
        seat.app.query_one(Input).post_message(Paste("a\x1b]52;c;eA==\x07b"))
        await seat.settle()
        assert seat.app.query_one(Input).value == ""

    told(story, "p-1")


def test_a_policy_is_found_by_its_name_in_either_language() -> None:
    async def story(seat: Seat) -> None:
        await seat.press("d")
        await seat.answer("slash", "隐私")
        assert seat.app.shown.held
        assert seat.app.shown.held.draft.policy == "privacy"
        await seat.press("enter")
        assert seat.verdicts() == [("p-1", "remove", "privacy", "held")]

    told(story, "p-1", "p-2")


def test_a_wrong_gloss_is_kept_with_what_it_means() -> None:
    async def story(seat: Seat) -> None:
        await seat.answer("w", "1 a name")
        (correction,) = seat.office.store.corrections()
        assert (correction.surface, correction.shown, correction.expected) == ("hello", "greeting", "a name")

    told(story, "p-1")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (":nonsense", "no command"),
        ("desk fr", ":desk takes zh | en"),
        ("no nonsense", ":no takes hate"),
        ("search", ":search takes language="),
    ],
)
def test_a_command_that_cannot_be_says_what_can(typed: str, expected: str) -> None:
    async def story(seat: Seat) -> None:
        await seat.answer("colon", typed)
        assert expected in seat.text

    told(story, "p-1")


def test_a_category_that_somebody_does_not_want_to_see_is_not_offered() -> None:
    clock = Clock()
    office = an_office(clock)
    put(office, "p-1")
    put(office, "p-2", category="sexual")
    put(office, "p-3", priority=0.1)

    async def story(seat: Seat) -> None:
        await seat.answer("colon", "no sexual")
        await seat.press("a", "enter")
        assert seat.item == "p-3"

    told(story, office=office)


def test_a_search_shows_what_was_decided_and_when() -> None:
    async def story(seat: Seat) -> None:
        await seat.answer("colon", "search category=scam")
        assert "FOUND" in seat.text
        assert f"{day(NOON)}  p-1  zh-Hans  held  hello" in seat.text

    told(story, "p-1")


def test_a_search_masks_what_the_post_would_mask() -> None:
    class Severe(NoGlossary):
        def gloss(self, post: Mapping[str, Any], decision: Mapping[str, Any]) -> Sequence[Gloss]:
            return [replace(gloss, severe=True) for gloss in super().gloss(post, decision)]

    async def story(seat: Seat) -> None:
        await seat.answer("colon", "search category=scam")
        assert "h****" in seat.text
        assert "hello" not in seat.text

    clock = Clock()
    told(story, "p-1", office=replace(an_office(clock), glossary=Severe()), clock=clock)


def test_what_the_desk_refuses_is_said_in_the_language_of_the_screen() -> None:
    async def story(seat: Seat) -> None:
        await seat.answer("colon", "claim lead")
        assert "`lead` 须由 lead 或 admin 来做" in seat.text
        await seat.answer("colon", "desk fr")
        assert ":desk 后面写 zh | en" in seat.text

    told(story, lang="zh")


def test_an_empty_queue_says_so_and_refresh_asks_again() -> None:
    async def story(seat: Seat) -> None:
        assert "Nothing waits" in seat.text
        put(seat.office, "p-1")
        await seat.press("R")
        assert seat.item == "p-1"

    told(story)


def test_who_has_read_enough_is_offered_nothing() -> None:
    clock = Clock()
    office = an_office(clock)
    office = replace(office, rules=replace(office.rules, load_limit=0.5))
    put(office, "p-1", "p-2", "p-3")

    async def story(seat: Seat) -> None:
        await seat.press("d", "1", "enter")
        await seat.press("a", "enter")  # the one ahead was claimed before
        assert "read enough" in seat.text
        assert seat.app.shown.held is None

    told(story, office=office)


def test_who_may_only_look_is_told_so() -> None:
    async def story(seat: Seat) -> None:
        assert "Your role does not decide here" in seat.text

    told(story, "p-1", reviewer=Reviewer("eve", role="reader"))


class Slowly:
    """A machine that translates, or takes too long."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def translate(self, text: str, source: str, target: str) -> Translation:
        time.sleep(self.seconds)
        return Translation("[red]hi\x1b[31m", source, target, "machine")


def test_a_translation_is_folded_at_first_and_becomes_the_basis_when_it_is_opened() -> None:
    async def story(seat: Seat) -> None:
        assert "[red]hi" not in seat.text
        await seat.press("t")
        assert "[red]hi<U+001B>[31m" in seat.text
        await seat.press("d", "1", "enter")
        assert seat.office.store.verdicts()[0].basis == "translation"

    told(story, "p-1", office=replace(an_office(), translator=Slowly(0.0)))


def test_a_translation_that_takes_too_long_is_given_up() -> None:
    async def story(seat: Seat) -> None:
        await seat.press("t")
        assert "the translation took longer" in seat.text
        assert seat.app.shown.held
        assert seat.app.shown.held.choices.basis == "read"

    told(story, "p-1", office=replace(an_office(), translator=Slowly(0.3)), translate_s=0.05)


def test_without_a_machine_it_says_so_and_the_basis_stays() -> None:
    async def story(seat: Seat) -> None:
        await seat.press("t")
        assert seat.app.shown.held
        assert seat.app.shown.held.translation
        assert seat.app.shown.held.choices.basis == "read"

    told(story, "p-1")


def test_a_stale_policy_is_said_and_what_was_composed_stays() -> None:
    async def story(seat: Seat) -> None:
        held = seat.app.shown.held
        assert held
        old = tuple(replace(policy, version="2020-01-01") for policy in held.view.policies)
        seat.app.show(held=replace(held, view=replace(held.view, policies=old)))
        await seat.press("d", "1", "enter")
        assert "2026-11-01" in seat.app.shown.message
        await seat.press("enter")
        assert seat.verdicts() == [("p-1", "remove", "scam", "held")]

    told(story, "p-1")


def test_a_decision_that_was_kept_though_its_answer_was_lost_is_not_made_twice() -> None:
    async def story(seat: Seat) -> None:
        held = seat.app.shown.held
        assert held
        seat.app.clerk.desk.decide(held.view.item.id, held.lease, Verdict("remove", "scam", "read"), key=held.key)
        await seat.press("d", "1", "enter")
        assert len(seat.verdicts()) == 1
        assert seat.item == "p-2"

    told(story, "p-1", "p-2")


def test_a_lease_that_is_lost_while_it_waits_ahead_is_no_harm() -> None:
    async def story(seat: Seat) -> None:
        ahead = seat.app._ahead
        assert ahead
        seat.office.store.release(ahead.view.item.id, Lease(ahead.lease.id, "ann", ahead.lease.fence, 0), seat.clock())
        await seat.after(RENEW_S + 1)
        await seat.press("tab")
        await seat.press("a", "enter")
        assert seat.app.shown.phase == "item"
        assert seat.item == "p-2"

    told(story, "p-1", "p-2")


def test_who_changes_desks_gives_back_what_they_hold_and_gets_the_other_desks_items() -> None:
    clock = Clock()
    office = an_office(clock)
    put(office, "p-zh")
    put(office, "p-en", desk="en", language="en")

    async def story(seat: Seat) -> None:
        assert seat.item == "p-zh"
        await seat.answer("colon", "desk en")
        assert seat.item == "p-en"
        assert set(seat.leases()) == {"p-en"}
        assert "desk en" in seat.text

    told(story, office=office, reviewer=Reviewer("bi"))


def test_a_handover_is_drafted_noted_published_and_acknowledged_by_the_next_shift() -> None:
    clock = Clock()
    office = an_office(clock)
    put(office, "p-1", "p-2")

    async def story(seat: Seat) -> None:
        await seat.press("H")
        assert "HANDOVER" in seat.text
        await seat.answer("1", "watch C-1182")
        assert "watch C-1182" in seat.text
        await seat.press("2")
        assert "published" in seat.text
        await seat.after(86_400)
        await seat.press("escape", "H")
        assert "FROM THE SHIFT BEFORE" in seat.text
        await seat.press("3")
        assert [one.acked_by for one in seat.office.store.handovers("zh", 9) if one.published_at] == ["ann"]

    told(story, office=office)


class Faulty:
    """A glossary with a fault."""

    def gloss(self, post: Any, decision: Any) -> list[Any]:
        raise KeyError(post["text"])

    def notes(self, decision: Any) -> list[Any]:
        return []


def test_a_fault_of_ours_ends_the_screen_without_the_words_of_a_post(capsys: pytest.CaptureFixture[str]) -> None:
    office = replace(an_office(), glossary=Faulty())
    put(office, "p-1")
    with pytest.raises(Fault, match=r"the screen failed: KeyError at test_app.py:\d+") as caught:
        told(lambda seat: seat.settle(), office=office)
    assert "hello" not in str(caught.value)
    assert "hello" not in capsys.readouterr().err


def test_what_the_shift_before_kept_comes_first_once_it_is_acknowledged() -> None:
    clock = Clock()
    office = an_office(clock)
    put(office, "p-1", "p-2", "p-3", "p-4")
    handovers = Handovers(office.store, office.shifts, office.taxonomy)
    before = Desk(office, replace(NATIVE, name="eva"), "zh")
    (kept,) = before.claim(1)
    assert kept.lease
    handovers.keep("zh", kept.id, kept.lease, "needs a lawyer", clock())
    shift = office.shifts.now("zh", clock())
    assert shift
    handovers.publish(shift, clock())
    clock.now = shift.end + 600  # within the half hour for which it is kept

    async def story(seat: Seat) -> None:
        assert seat.item == "p-2"
        await seat.press("H")
        await seat.press("3")
        await seat.press("escape", "a", "enter")
        assert seat.item == kept.post_id
        await seat.press("q")
        assert seat.leases() == {}

    told(story, office=replace(office, clock=clock), clock=clock)


def test_a_handover_is_not_for_those_whose_role_does_not_allow_it() -> None:
    async def story(seat: Seat) -> None:
        await seat.press("H")
        assert "eve" in seat.app.shown.message

    told(story, "p-1", reviewer=Reviewer("eve", role="reader"))
