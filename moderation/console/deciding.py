"""The screen's decisions: commit, what is refused, undo."""

from __future__ import annotations

from dataclasses import replace

from moderation.console import moves, state
from moderation.console.shown import Held, Last
from moderation.console.work import Working
from moderation.domain.errors import (
    AlreadyDecided,
    CampaignChanged,
    Forbidden,
    LeaseLost,
    ModerationError,
    OverLoad,
    PolicyStale,
    UsageError,
)


class Deciding(Working):
    """Carries out what was composed."""

    _undone: state.Draft | None = None

    def _commit(self) -> None:
        """Enter: open what is pointed at, confirm, commit, or go on to the next item."""
        shown = self.shown
        if self._busy or shown.page:
            return
        if shown.phase == "paused":
            self._do(self._resume())
        elif shown.held is None or shown.phase == "lost":
            if shown.phase in {"lost", "empty"}:
                self._do(self._next())
        elif opened := moves.opens(shown):
            self.show(held=opened.held)
        elif problem := state.problem(shown.held.draft, shown.held.choices):
            self._complain(shown.held, problem)
        elif state.confirms(shown.held.draft) and not shown.asking:
            self._confirm(shown.held)
        else:
            self._busy = True
            self._do(self._carry_out(shown.held))

    def _confirm(self, held: Held) -> None:
        campaign = held.view.campaign if held.draft.scope == "campaign" else None
        count, act = campaign.members if campaign else 1, self.shown.say(held.draft.act or "")
        self.show(asking=True)
        self.tell("{act}, {n} posts: Enter again does it, Esc goes back", act=act, n=count)

    def _complain(self, held: Held, problem: state.Problem) -> None:
        say = self.shown.say
        self.show(held=replace(held, draft=replace(held.draft, row=problem.row)), focus="decide")
        if problem.what == "missing":
            self.tell("choose first: {row}", row=say(f"row {problem.row}"))
        elif problem.what == "unopened":
            self.tell("{n} posts of the campaign differ: open each first (c, then Enter)", n=problem.needs)
        else:
            may = ", ".join(say(each) for each in (*problem.may, "escalate", "second", "skip"))
            self.tell("this needs R{needs}, your basis is worth R{has}. You may: {may}", needs=problem.needs,
                      has=problem.has, may=may)  # fmt: skip

    async def _carry_out(self, held: Held) -> None:
        """Commit, and the next item; what is refused stays as it was composed."""
        try:
            done = await self._ask(self.clerk.commit, held, self.shown.lang)
        except (LeaseLost, AlreadyDecided):
            self._lose()
        except (PolicyStale, CampaignChanged) as error:
            self.show(asking=False)
            await self._look(held)
            self.refuse(error)
        except (Forbidden, OverLoad, UsageError) as error:
            self.refuse(error, asking=False)
        else:
            category = None if done.act == "allow" or done.verdict is None else held.draft.policy
            post_id = held.view.item.post_id
            last = Last(post_id, done.act, category, done.verdict, done.undo_until, done.records, done.held)
            self.show(last=last)
            if done.records > 1:  # the one ahead may be among them
                await self._drop_ahead()
            await self._next()
        finally:
            self._busy = False

    def _undo(self) -> None:
        last, standing = self.shown.last, self.shown.standing
        number, until = (last.verdict, last.undo_until) if last else (None, 0.0)
        if number is None and standing and standing.last:  # of before this screen was opened
            number, until = standing.last.id, standing.last.effective_at
        if self._busy:
            return
        if number is None:
            self.tell("nothing to undo")
        elif until > self._now():
            self._do(self._take_back(number, ""))
        else:
            self._reason(number)

    def _reason(self, number: int) -> None:
        """Ask why a verdict that has taken effect is reversed."""
        question = self.shown.say("it has taken effect; why is it reversed?")
        self.prompt(question, lambda reason: self._do(self._take_back(number, reason)))

    async def _take_back(self, number: int, reason: str) -> None:
        """Undo; the item comes back, the present one waits behind it."""
        self._busy = True
        try:
            recorded, held = await self._ask(self.clerk.undo, number, reason)
        except ModerationError as error:
            self.refuse(error)
        else:
            present, spare = self.shown.held, self._ahead
            self._undone = state.Draft("act", recorded.action, recorded.category, recorded.basis, note=recorded.note)
            self._ahead = present
            self._enter(held)
            self.show(last=None)
            self.tell("taken back; Z composes it again")
            if present and spare:
                await self._ask(self.clerk.release, spare)
            elif present is None:
                self._ahead = spare
        finally:
            self._busy = False

    def _redo(self) -> None:
        if self.shown.held and self._undone:
            self.show(held=replace(self.shown.held, draft=self._undone))
            self._undone = None
