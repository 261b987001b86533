"""The long pages: help, handover, what a search found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.text import Text

from moderation.console.keys import ACTIONS
from moderation.console.keys import shown as key_name
from moderation.console.lines import BOLD, DIM, fit
from moderation.console.panes.post import veil
from moderation.console.shown import Page
from moderation.console.times import day
from moderation.console.vocabulary import post_state
from moderation.console.words import _, bilingual, words
from moderation.domain.marks import visible
from moderation.domain.review import Handover
from moderation.pool.review.macros import Macros
from moderation.pool.review.view import Gloss, Policy

COMMANDS: tuple[tuple[str, str], ...] = (
    (":claim LANE", _("command claim")),
    (":desk en|zh", _("command desk")),
    (":no CATEGORY ..", _("command no")),
    (":search KEY=VALUE ..", _("command search")),
    (":lang en|zh", _("command lang")),
    (":quit", _("command quit")),
)
"""What is typed, and the message that explains it."""


def help_page(lang: str, keys: Mapping[str, Sequence[str]], macros: Macros) -> Page:
    """All keys, commands and macros, in both languages, the reviewer's first."""
    here, there = words(lang), words("zh" if lang == "en" else "en")
    lines = [Text(here("KEYS"), BOLD)]
    for says, names in _grouped(keys):
        lines.append(Text.assemble((fit("  ".join(names), 20).plain, BOLD), here(says), (f"   {there(says)}", DIM)))
    lines += [Text(), Text(here("COMMANDS"), BOLD)]
    for typed, says in COMMANDS:
        lines.append(Text.assemble((fit(typed, 24).plain, BOLD), here(says), (f"   {there(says)}", DIM)))
    lines += [Text(), Text(here("IN A NOTE"), BOLD)]
    for letters, said in macros.items():
        first, then = said[lang], said["zh" if lang == "en" else "en"]
        lines.append(Text.assemble((fit(f";{letters}", 10).plain, BOLD), first))
        lines.append(Text(" " * 10 + then, DIM))
    lines += [Text(), *(Text(here(line)) for line in _WELLNESS)]
    return Page("help", here("HELP"), tuple(lines))


def handover_page(lang: str, waiting: Handover | None, draft: Handover | None) -> Page:
    """What the shift before left, and what this one will leave; digits act."""
    say = words(lang)
    lines = [
        Text(say("1 leave a note   2 publish the handover of this shift   3 acknowledge that of the shift before"))
    ]
    for title, handover in ((say("FROM THE SHIFT BEFORE"), waiting), (say("FROM THIS SHIFT"), draft)):
        lines += [Text(), Text(title, BOLD)]
        if handover is None:
            lines.append(Text(say("(nothing)"), DIM))
            continue
        state = (
            say("published {time}").format(time=day(handover.published_at)) if handover.published_at else say("draft")
        )
        lines.append(Text(f"{visible(handover.shift)}  {state}", DIM))
        lines += [Text(visible(line)) for line in bilingual(handover.body.get("text", {}), lang).splitlines()]
    return Page("handover", say("HANDOVER"), tuple(lines))


def found_page(lang: str, found: Iterable[tuple[Mapping[str, Any], Sequence[Gloss]]]) -> Page:
    """Decided posts that a search found, the newest first; severe words stay masked."""
    say = words(lang)
    lines: list[Text] = []
    for post, glosses in found:
        parts = (day(post["decided_at"]), visible(post["post_id"]), post["decision"]["language"]["tag"])
        text = veil(" ".join(filter(None, (post["post"].get("title"), post["post"]["text"]))), glosses)
        lines.append(Text.assemble(("  ".join((*parts, say(post_state(post["state"])), "")), DIM), text))
    return Page("found", say("FOUND"), tuple(lines or [Text(say("(nothing)"), DIM)]))


def matching(policies: Iterable[Policy], wanted: str) -> list[Policy]:
    """The policies whose category, title or text in either language has the words."""
    needle = wanted.casefold().strip()
    by_name = [p for p in policies if needle in f"{p.category} {p.title}".casefold()]
    return by_name if needle else []


def _grouped(keys: Mapping[str, Sequence[str]]) -> list[tuple[str, list[str]]]:
    """What is done, and all keys that do it."""
    grouped: dict[str, list[str]] = {}
    for action in ACTIONS:
        grouped.setdefault(action.says, []).extend(key_name(key) for key in keys.get(action.id, action.keys))
    return [
        (says, [names[0] + ".." + names[-1]] if says == ACTIONS[0].says else names) for says, names in grouped.items()
    ]


_WELLNESS = (
    _("Severe words are masked until x. F3 hides the post and leaves its category. P hides everything for a while."),
    _("s skips with a reason: wellbeing is one, and nobody asks. :no keeps a category away; only you see the list."),
)
