"""The screen at work: its clock, its leases, the item that is shown and the one ahead.

The store is asked in one thread of its own, in order; the screen goes on meanwhile. While somebody reads an item, the
next one is leased and gathered, one and no more, so that it is there when they commit.
"""

from __future__ import annotations

import asyncio
import signal
import traceback
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from rich.text import Text
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Input
from textual.worker import WorkerFailed

from moderation.console import frame, keys
from moderation.console.clerk import Clerk
from moderation.console.sheet import Sheet
from moderation.console.shown import Held, Shown
from moderation.domain.errors import (
    AlreadyDecided,
    Forbidden,
    LeaseLost,
    ModerationError,
    OverLoad,
    ServiceUnavailable,
)
from moderation.domain.marks import visible
from moderation.domain.review import Lease
from moderation.pool.review.desk import Desk

T = TypeVar("T")

RENEW_S = 20.0
"""A key renews the lease, but not more often than this."""

STANDING_S = 15.0
_LEAVE_S = 3.0
_RETRY_S = (0.5, 1.0, 2.0, 4.0, 8.0)
_ONE_LINE = r"[^\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]*"
"""What may be typed or pasted: nothing that acts on a terminal."""


class Fault(ModerationError):
    """A fault of ours: its kind and where it is, without its words, which may be a post's."""

    def __init__(self, error: Exception) -> None:
        cause = error.error if isinstance(error, WorkerFailed) else error
        place = traceback.extract_tb(cause.__traceback__)[-1:]
        where = "".join(f" at {Path(frame.filename).name}:{frame.lineno}" for frame in place)
        super().__init__(f"the screen failed: {type(cause).__name__}{where}")
        self.__cause__ = cause

    def __rich__(self) -> Text:
        return Text(str(self))


class _Plain(Screen[None], inherit_bindings=False):
    """A screen whose keys are all ours, and whose text field is asked for."""

    AUTO_FOCUS = ""


class Working(App[None], inherit_bindings=False):
    """One reviewer at one desk; ``changed`` are keys of ``review.keys``."""

    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Screen { background: $background; }
    #prompt { height: 1; border: none; padding: 0 1; display: none; }
    #prompt.open { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c,ctrl+q", "press('leave')", show=False, priority=True)]

    def __init__(self, desk: Desk, lang: str, changed: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.clerk = Clerk(desk)
        self._now = desk.office.clock
        self._keys = keys.keymap(changed or {})
        self._store = ThreadPoolExecutor(1, thread_name_prefix="review-store")
        self.shown = Shown(lang=lang, now=self._now(), keys=self._keys)
        self._ahead: Held | None = None
        self._lane: str | None = None
        self.failure: Fault | None = None
        self._present = self.shown.phase
        self._busy = self._left = False
        self._renewed = self._asked = 0.0
        self._answer: Callable[[str], None] = lambda _: None
        for name, mine in self._keys.items():
            every = ",".join(twin for key in mine for twin in keys.twins(key))
            # A binding knows the names by which keys arrive: "?" is question_mark.
            for binding in Binding.make_bindings([(every, f"press('{name}')")]):
                self.bind(binding.key, binding.action, show=False)

    # what is drawn ----------------------------------------------------------------------------------------------------
    def get_default_screen(self) -> Screen[None]:
        """A screen without keys of its own."""
        return _Plain(id="_default")

    def compose(self) -> ComposeResult:
        """The sheet, and a text field under it that opens only when it is asked for."""
        yield Sheet(lambda width, height: frame.frame(self.shown, width, height))
        yield Input(id="prompt", restrict=_ONE_LINE, compact=True)

    def show(self, **changes: Any) -> None:
        """Show something else."""
        self.shown = replace(self.shown, now=self._now(), **changes)
        for sheet in self.query(Sheet):  # the clock may tick once more when it is gone already
            sheet.redraw()

    def tell(self, message: str, **values: Any) -> None:
        """Say something in the foot, until the next key."""
        self.show(message=self.shown.say(message).format(**values))

    def refuse(self, error: ModerationError, **changes: Any) -> None:
        """Say what the desk refuses, in the reviewer's language."""
        self.show(message=visible(error.say(self.shown.lang)), **changes)

    # life -------------------------------------------------------------------------------------------------------------
    def on_mount(self) -> None:
        """Begin: the first item, the clock, and what ends the screen from outside."""
        with suppress(ValueError, RuntimeError, NotImplementedError):  # only a main thread hears signals
            for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                asyncio.get_running_loop().add_signal_handler(name, lambda: self._do(self._leave()))
        self.set_interval(1.0, self._tick)
        self._do(self._next())

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        self.run_worker(self._told(work), exit_on_error=True)

    async def _told(self, work: Coroutine[Any, Any, None]) -> None:
        """Do some work; what the desk refuses is said."""
        try:
            await work
        except ModerationError as error:
            self.refuse(error)

    def _handle_exception(self, error: Exception) -> None:
        # Textual would print a traceback with all variables, and so posts, to the terminal.
        self.failure = self.failure or Fault(error)
        super()._handle_exception(self.failure)

    async def _ask(self, call: Callable[..., T], *arguments: Any) -> T:
        """Ask the desk in its thread; while the store is away, again and again."""
        loop, tries = asyncio.get_running_loop(), 0
        while not self._left:
            try:
                answer = await loop.run_in_executor(self._store, call, *arguments)
            except ServiceUnavailable:
                if self.shown.phase != "away":
                    self._present = self.shown.phase
                    self.show(phase="away")
                self.tell("The store cannot be reached; trying again. What you composed is kept.")
                await asyncio.sleep(_RETRY_S[min(tries, len(_RETRY_S) - 1)])
                tries += 1
            else:
                if self.shown.phase == "away":
                    self.show(phase=self._present, message="")
                return answer
        raise asyncio.CancelledError  # whoever has left asks for nothing more

    def _tick(self) -> None:
        """Once a second: the clock; the standing from time to time; a lease that has run out."""
        self.show()
        now, held, phase = self.shown.now, self.shown.held, self.shown.phase
        if now - self._asked >= STANDING_S and phase != "away":
            self._asked = now
            self._do(self._stand())
        if held and phase in {"item", "paused"} and held.lease.expires_at <= now and not self._busy:
            if phase == "item":
                self._lose()
            else:
                self._do(self._rest(held))

    async def _stand(self) -> None:
        self.show(standing=await self._ask(self.clerk.standing))

    async def on_event(self, event: events.Event) -> None:
        """Any key renews the lease."""
        if isinstance(event, events.Key):
            self._renew()
        await super().on_event(event)

    def _renew(self) -> None:
        now = self._now()
        if self.shown.phase == "item" and now - self._renewed >= RENEW_S and not self._busy:
            self._renewed = now
            self._do(self._renew_all())

    async def _renew_all(self) -> None:
        held, ahead = self.shown.held, self._ahead
        if held:
            lease = await self._lease(held)
            if self.shown.held and self.shown.held.key == held.key:
                if lease:
                    self.show(held=replace(self.shown.held, lease=lease))
                else:
                    self._lose()
        if ahead:
            lease = await self._lease(ahead)
            if self._ahead is ahead:
                self._ahead = replace(ahead, lease=lease) if lease else None

    async def _lease(self, held: Held) -> Lease | None:
        """A longer lease; None where it is lost."""
        try:
            return await self._ask(self.clerk.renew, held)
        except ModerationError:
            return None

    # items ------------------------------------------------------------------------------------------------------------
    async def _next(self) -> None:
        """Show the next item, then look ahead."""
        ahead, self._ahead = self._ahead, None
        if ahead and ahead.lease.expires_at <= self._now():
            await self._ask(self.clerk.release, ahead)
            ahead = None
        if ahead is None:
            self.show(held=None, phase="loading", message="")
        try:
            held = ahead or await self._ask(self.clerk.take, self._lane)
        except OverLoad:
            self.show(phase="load")
        except Forbidden as error:
            self.refuse(error, phase="closed")
        except (LeaseLost, AlreadyDecided):
            self._lose()
        except ModerationError as error:
            self.refuse(error, phase="empty")
        else:
            self._enter(held)
            if held:
                self._renewed = self._now()
                if ahead:
                    await self._look(held)
                await self._prefetch()
        await self._stand()

    def _enter(self, held: Held | None) -> None:
        """A new item begins as every item does: folded, masked, at its top."""
        changes = {"scroll": {}, "cursor": 0, "focus": "decide", "revealed": False, "asking": False, "message": ""}
        phase = "item" if held else "empty"
        self.show(held=held, phase=phase, folded=self.shown.folded | {"translation"}, **changes)

    async def _look(self, held: Held) -> None:
        """What is known of an item that was gathered a while ago."""
        with suppress(ModerationError):
            fresh = await self._ask(self.clerk.look, held)
            present = self.shown.held
            if present and present.key == held.key:
                if fresh.view.item.state != "open":
                    self._lose()
                else:
                    self.show(held=replace(present, view=fresh.view))

    async def _drop_ahead(self) -> None:
        ahead, self._ahead = self._ahead, None
        if ahead:
            await self._ask(self.clerk.release, ahead)

    async def _prefetch(self) -> None:
        """Lease and gather one item more; whatever is against it is said when it is that item's turn."""
        if self._ahead is None and self.shown.phase == "item":
            with suppress(ModerationError):
                self._ahead = await self._ask(self.clerk.take, self._lane)

    def _lose(self) -> None:
        self.show(phase="lost")
        self.tell("The lease is lost: somebody else may have the item. Enter takes the next.")

    # pauses and ends --------------------------------------------------------------------------------------------------
    async def _pause(self) -> None:
        """Hide the post; its lease runs out unless they come back before."""
        self.show(phase="paused", message="")
        await self._drop_ahead()

    async def _resume(self) -> None:
        held = self.shown.held
        lease = await self._lease(held) if held else None
        if held and lease:
            self.show(held=replace(held, lease=lease), phase="item", message="")
            await self._prefetch()
        else:
            await self._next()

    async def _rest(self, held: Held) -> None:
        """The pause has outlasted the lease: somebody else may have the item."""
        self.show(held=None)
        await self._ask(self.clerk.release, held)

    async def _leave(self) -> None:
        """Give everything back, and end; a store that is away keeps nobody."""
        self._left = True
        call = asyncio.get_running_loop().run_in_executor(self._store, self.clerk.give_back)
        with suppress(TimeoutError, ModerationError):
            await asyncio.wait_for(call, _LEAVE_S)
        self.exit()

    async def on_unmount(self) -> None:
        """The thread of the store ends with the screen."""
        self._store.shutdown(wait=False, cancel_futures=True)

    # the text field ---------------------------------------------------------------------------------------------------
    def prompt(self, question: str, answer: Callable[[str], None], begin: str = "") -> None:
        """Open the text field; Enter answers, Esc closes it."""
        field = self.query_one("#prompt", Input)
        self._answer = answer
        field.value = begin
        field.add_class("open")
        self.screen.set_focus(field)
        self.show(message=question)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The answer is there."""
        answer, text = self._answer, event.value.strip()
        self._close()
        if text:
            answer(text)

    def _close(self) -> None:
        field = self.query_one("#prompt", Input)
        field.remove_class("open")
        self.screen.set_focus(None)
        self.show(message="")
