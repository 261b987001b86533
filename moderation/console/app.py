"""The reviewers' screen: what each key does. ``run`` is what ``moderation review`` calls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from textual.widgets import Input

from moderation.console import commands, moves, pages
from moderation.console.clerk import Clerk
from moderation.console.deciding import Deciding
from moderation.console.frame import tabs_of
from moderation.console.shown import Held, Page
from moderation.console.words import bilingual
from moderation.domain.errors import ModerationError, UsageError
from moderation.pool.review.access import permit
from moderation.pool.review.desk import Desk
from moderation.pool.review.handover import Handovers
from moderation.pool.review.macros import expand
from moderation.pool.review.shifts import Shift

_FOUND = 50
_KEPT_S = 900.0
"""The lease of what a shift takes over."""

_HANDOVER = {1: "note", 2: "publish", 3: "acknowledge"}


class ReviewApp(Deciding):
    """The screen of one reviewer at one desk; ``translate_s`` is how long a machine may take to translate."""

    def __init__(
        self, desk: Desk, lang: str, changed: Mapping[str, str] | None = None, *, translate_s: float = 20.0
    ) -> None:
        super().__init__(desk, lang, changed)
        self._translate_s = translate_s

    # keys -------------------------------------------------------------------------------------------------------------
    def action_press(self, name: str) -> None:
        """Do what an action of :mod:`moderation.console.keys` says."""
        if name == "leave":
            self._do(self._leave())
            return
        if self.query_one("#prompt", Input).has_focus:
            if name == "back":
                self._close()
            return
        if name != "commit" and self.shown.phase not in {"lost", "away"}:
            self.show(message="", asking=False)  # what was said has been read, what was asked is not wanted
        if self.shown.page and self.shown.page.name == "handover" and name.startswith("digit_"):
            self._do(self._hand(int(name[-1])))
        elif self.shown.phase == "paused" and name in {"pause", "commit", "back"}:
            self._do(self._resume())
        elif deed := self._deeds().get(name):
            deed()
        elif (moved := moves.move(self.shown, name, moves.Size(self.size.width, self.size.height))) is not None:
            self.shown = moved
            self.show()

    def _deeds(self) -> Mapping[str, Callable[[], object]]:
        """What takes more than another :class:`Shown`."""
        return {
            "commit": self._commit,
            "undo": self._undo,
            "redo": self._redo,
            "translation": self._translation,
            "language": self._language,
            "wrong_gloss": self._wrong_gloss,
            "note": self._note,
            "copy": self._copy,
            "find": self._find,
            "command": self._command,
            "refresh": self._refresh,
            "handover": lambda: self._do(self._handover()),
            "pause": lambda: self._do(self._pause()),
            "help": lambda: self.show(page=self._help(self.shown.lang), scroll={}),
        }

    def on_resize(self) -> None:
        """A tab that this width does not have gives way to the first."""
        names = tabs_of(self.shown, self.size.width)
        if self.shown.tab not in names:
            self.show(tab=names[0])

    def _language(self) -> None:
        lang = "zh" if self.shown.lang == "en" else "en"
        self.show(lang=lang, message="")
        if self.shown.page and self.shown.page.name == "help":
            self.show(page=self._help(lang))

    def _help(self, lang: str) -> Page:
        return pages.help_page(lang, self._keys, self.clerk.desk.office.macros)

    # reading ----------------------------------------------------------------------------------------------------------
    def _translation(self) -> None:
        shown = self.shown
        self.show(folded=shown.folded ^ {"translation"})
        held = self.shown.held
        if held and held.translation is None and not held.translating and not shown.hides:
            self.show(held=replace(held, translating=True))
            self._do(self._translate(held))

    async def _translate(self, held: Held) -> None:
        """A machine's translation, in a thread of its own and not longer than it may take."""
        item, translator = held.view.item, self.clerk.desk.office.translator
        text = "\n".join(filter(None, (item.post.get("title"), item.post["text"])))
        call = asyncio.to_thread(translator.translate, text, item.language, self.shown.lang)
        try:
            translation = await asyncio.wait_for(call, self._translate_s)
        except TimeoutError:
            self._fold_translation(held)
            self.tell("the translation took longer than {n} s", n=round(self._translate_s))
            return
        present = self.shown.held
        if present and present.key == held.key:
            self.show(held=replace(present, translation=translation, translating=False))

    def _fold_translation(self, held: Held) -> None:
        present = self.shown.held
        if present and present.key == held.key:
            self.show(held=replace(present, translating=False), folded=self.shown.folded | {"translation"})

    def _wrong_gloss(self) -> None:
        held = self.shown.held
        if held is None or not held.view.gloss:
            self.tell("no gloss here")
            return
        self.prompt(
            self.shown.say("which gloss is wrong, and what does it mean? (number, then the sense)"), self._correct
        )

    def _correct(self, answer: str) -> None:
        held, (number, _, expected) = self.shown.held, answer.partition(" ")
        glosses = held.view.gloss if held else ()
        if held is None or not (number.isdecimal() and 1 <= int(number) <= len(glosses) and expected.strip()):
            self.tell("first the number of the gloss, then what it means")
            return
        gloss = glosses[int(number) - 1]
        shown = bilingual(gloss.sense, self.shown.lang)
        self._do(self._send(self.clerk.desk.correct, held.view.item.id, gloss.surface, shown, expected.strip()))

    def _note(self) -> None:
        held = self.shown.held
        if held:
            self.prompt(
                self.shown.say("note (;fj and others stand for sentences, the help lists them):"),
                self._write,
                held.draft.note,
            )

    def _write(self, note: str) -> None:
        if held := self.shown.held:
            note = expand(note, self.clerk.desk.office.macros)
            self.show(held=replace(held, draft=replace(held.draft, note=note)))

    def _copy(self) -> None:
        if held := self.shown.held:
            self.copy_to_clipboard(str(held.view.item.id))
            self.tell("copied: {id}", id=held.view.item.id)

    def _find(self) -> None:
        if self.shown.held:
            self.prompt(self.shown.say("find a policy:"), self._found)

    def _found(self, wanted: str) -> None:
        """Offer what was found first; the only one is chosen."""
        held = self.shown.held
        found = pages.matching(self.clerk.desk.office.policies.values(), wanted)
        if held is None or not found:
            self.tell("no policy found")
            return
        draft = replace(held.draft, row="policy" if "policy" in held.draft.rows else held.draft.row)
        if len(found) == 1:
            draft = replace(draft, policy=found[0].category)
        self.show(held=replace(held, found=tuple(found), draft=draft), focus="decide")
        self.tell("{n} found: {names}", n=len(found), names=", ".join(policy.category for policy in found))

    # commands ---------------------------------------------------------------------------------------------------------
    def _command(self) -> None:
        self.prompt(":", self._obey)

    def _obey(self, line: str) -> None:
        try:
            command = commands.parse(line)
        except UsageError as error:
            self.refuse(error)
            return
        if command.name == "claim":
            self._lane = command.arguments[0] if command.arguments else None
            self._do(self._anew())
        elif command.name == "desk":
            self._do(self._sit(command.arguments[0]))
        elif command.name == "no":
            self._do(self._without(command.arguments))
        elif command.name == "search":
            self._do(self._search(command.arguments))
        elif command.name == "lang":
            self.show(lang=command.arguments[0])
        else:
            self.action_press(command.name)

    def _refresh(self) -> None:
        held = self.shown.held
        self._do(self._look(held) if held and self.shown.phase == "item" else self._next())
        self._asked = 0.0

    async def _anew(self) -> None:
        """Other items from now on; the one that is shown stays."""
        await self._drop_ahead()
        await (self._prefetch() if self.shown.held else self._next())

    async def _without(self, categories: tuple[str, ...]) -> None:
        """Other categories from now on; the one ahead is chosen anew."""
        await self._send(self.clerk.desk.opt_out, categories)
        await self._anew()

    async def _sit(self, desk: str) -> None:
        """At another desk; what is held here goes back."""
        here = self.clerk.desk
        await self._ask(self.clerk.give_back)
        self.clerk = Clerk(Desk(here.office, here.reviewer, desk))
        self._ahead, self._lane = None, None
        await self._next()

    async def _search(self, wanted: tuple[str, ...]) -> None:
        permit(self.clerk.desk.reviewer, "search")
        found = await self._ask(self.clerk.search, commands.searched(wanted), _FOUND)
        self.show(page=pages.found_page(self.shown.lang, found), scroll={})

    async def _send(self, call: Callable[..., object], *arguments: object) -> None:
        """Ask the desk for something without an answer."""
        await self._ask(call, *arguments)
        self.tell("kept")

    # handover ---------------------------------------------------------------------------------------------------------
    async def _handover(self) -> None:
        desk, records, now = self.clerk.desk, self._records(), self._now()
        permit(desk.reviewer, "handover")
        shift = self._shift()
        waiting = await self._ask(records.waiting, desk.desk, now)
        draft = await self._ask(records.draft, shift, now) if shift else None
        self.show(page=pages.handover_page(self.shown.lang, waiting, draft), message="")

    async def _hand(self, digit: int) -> None:
        """On the page of the handover: 1 leaves a note, 2 publishes, 3 acknowledges."""
        deed = _HANDOVER.get(digit)
        if deed == "note":
            self.prompt(self.shown.say("note for the next shift:"), lambda text: self._do(self._keep_note(text)))
        elif deed:
            await self._with_shift(deed)

    async def _keep_note(self, text: str) -> None:
        await self._with_shift("note", text)

    async def _with_shift(self, deed: str, text: str = "") -> None:
        desk, records, now = self.clerk.desk, self._records(), self._now()
        name = desk.reviewer.name
        shift, waiting = self._shift(), await self._ask(records.waiting, desk.desk, now)
        if deed == "acknowledge":
            if waiting is None:
                raise UsageError(self.shown.say("nothing to acknowledge"))
            left = desk.office.shifts.named(waiting.shift, now)
            _, kept = await self._ask(records.acknowledge, left, desk.reviewer, _KEPT_S, now)
            self.clerk.take_over(kept)
            await self._drop_ahead()
        elif shift is None:
            raise UsageError(self.shown.say("no shift of this desk works now"))
        elif deed == "publish":
            await self._ask(records.publish, shift, now)
        else:
            await self._ask(records.note, shift, name, self.shown.lang, text, now)
        await self._handover()
        self.tell("kept")

    def _shift(self) -> Shift | None:
        desk = self.clerk.desk
        return desk.office.shifts.now(desk.desk, self._now())

    def _records(self) -> Handovers:
        office = self.clerk.desk.office
        return Handovers(office.store, office.shifts, office.taxonomy)


def run(desk: Desk, lang: str, changed: Mapping[str, str] | None = None, *, translate_s: float = 20.0) -> None:
    """Show the screen until the reviewer leaves; however it ends, what they hold goes back."""
    app = ReviewApp(desk, lang, changed, translate_s=translate_s)
    try:
        app.run(mouse=False)  # the terminal keeps its own: marking, copying
    finally:
        with suppress(ModerationError):
            app.clerk.give_back()
    if app.failure:
        raise app.failure
