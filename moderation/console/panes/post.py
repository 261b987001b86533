"""The post: its text with numbered spans and masks, their gloss, the translation, what a community means by it.

A post is hostile: its characters reach a line only through :mod:`moderation.domain.marks`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from rich.text import Text

from moderation.console.lines import BAD, BOLD, DIM, MARKED, WARN, fit, hanging, wrapped
from moderation.console.shown import Held, Shown
from moderation.console.words import bilingual
from moderation.domain.marks import mask, segments, visible
from moderation.pool.review.view import Gloss


def lines(shown: Shown, width: int) -> list[Text]:
    """The pane's content."""
    held, say = shown.held, shown.say
    if held is None:
        return []
    if shown.hides:
        return _hidden(shown, held, width)
    return [
        *_appeal(shown, held, width),
        *_fields(shown, held, width),
        *_gloss(shown, held.view.gloss, width),
        *_translation(shown, held, width),
        *(line for note in held.view.notes for line in hanging("! ", say("note") + ": " + _note(note, shown), width)),
    ]


def title(shown: Shown) -> str:
    """What stands in the pane's border: the post's name, its language and age."""
    held, say = shown.held, shown.say
    if held is None:
        return say("POST")
    item, language = held.view.item, held.view.item.decision["language"]
    parts = [say("POST"), visible(item.post_id), f"{language['tag']} {language['confidence']:.2f}"]
    if region := (item.post.get("author") or {}).get("region"):
        parts.append(say("author region {region}").format(region=visible(str(region))))
    if item.kind != "review":
        parts.append(f"[{say(item.kind)}]")
    if item.lent:
        parts.append(say("[limited by the other desk]"))
    return "  ".join(parts)


def masked_words(held: Held) -> int:
    """How many severe words are masked."""
    return sum(gloss.severe for gloss in held.view.gloss)


def veiled(text: str, shown: Shown) -> str:
    """Another text beside the post, on one line: what is masked in the post is masked there, too."""
    return veil(text, shown.held.view.gloss) if shown.held and not shown.revealed else visible(text)


def veil(text: str, glosses: Iterable[Gloss]) -> str:
    """A text on one line, its severe words masked."""
    for surface in sorted({gloss.surface for gloss in glosses if gloss.severe}, key=len, reverse=True):
        text = text.replace(surface, mask(surface))
    return visible(text)


def right_to_left(held: Held | None) -> bool:
    """Whether it has letters that a terminal may reorder within a row: nothing stands to the right of them then."""
    if held is None:
        return False
    texts = [text for _, text in fields(held.view.item.post)]
    return any(unicodedata.bidirectional(c) in {"R", "AL"} for text in texts for c in text if c > "\u0590")


def fields(post: Any) -> list[tuple[str, str]]:
    """``(name, text)`` of what a reader reads of a post (JSON of the contract), as ``Post.fields`` names them."""
    named = [("title", post.get("title") or ""), ("text", post.get("text") or "")]
    for n, media in enumerate(post.get("media") or ()):
        named += [(f"media.{n}.{name}", media.get(name) or "") for name in ("ocr_text", "transcript")]
    return [(name, text) for name, text in named if text]


def _hidden(shown: Shown, held: Held, width: int) -> list[Text]:
    say, item = shown.say, held.view.item
    length = sum(len(text) for _, text in fields(item.post))
    why = (
        say("paused: the post is hidden") if shown.phase == "paused" else say("category only: the post is hidden (F3)")
    )
    policy = next((p for p in held.view.policies if p.category == item.category), None)
    name = bilingual(policy.title, shown.lang) if policy else item.category or "-"
    return [
        *wrapped(Text(why, WARN), width),
        *wrapped(say("{category}, {characters} characters").format(category=name, characters=f"{length:,}"), width),
    ]


def _appeal(shown: Shown, held: Held, width: int) -> list[Text]:
    text = held.view.item.text
    return hanging(shown.say("appeal") + ": ", visible(text), width, WARN) if text else []


def _fields(shown: Shown, held: Held, width: int) -> Iterator[Text]:
    for name, text in fields(held.view.item.post):
        mine = [(n, gloss) for n, gloss in enumerate(held.view.gloss, 1) if gloss.field == name]
        if name != "text":
            yield Text((shown.say("title") if name == "title" else name) + ":", DIM)
        spans = tuple((n, gloss.start, gloss.end) for n, gloss in mine)
        severe = () if shown.revealed else (n for n, (_, gloss) in enumerate(mine, 1) if gloss.severe)
        yield from _marked(text, spans, frozenset(severe), width)
    masked = masked_words(held)
    if masked and not shown.revealed:
        yield Text(shown.say("({n} masked: x reveals)").format(n=masked), DIM)


@lru_cache(maxsize=16)
def _marked(text: str, spans: tuple[tuple[int, int, int], ...], masked: frozenset[int], width: int) -> Sequence[Text]:
    """A field with its spans (number, start, end) as ``[1:words]``, some masked, and real line breaks.

    Kept, because a post of 20,000 characters takes longer to cut up than a screen should take to scroll.
    """
    line, within = Text(), 0
    for piece in segments(text, [(start, end) for _, start, end in spans], masked=masked):
        if piece.span != within:
            line.append("]" if within else "", MARKED)
            line.append(f"[{spans[piece.span - 1][0]}:" if piece.span else "", MARKED)
            within = piece.span
        broken = piece.mark and text[piece.start] in "\r\n"
        style = BAD if piece.mark and not broken else MARKED if piece.span else ""
        line.append("\n" if broken else piece.shown, style)
    return wrapped(line.append("]" if within else "", MARKED), width)


def _gloss(shown: Shown, glosses: Sequence[Gloss], width: int) -> Iterator[Text]:
    if not glosses:
        return
    say = shown.say
    yield _heading(say("gloss (lists, no machine)"), "v", width)
    if "gloss" in shown.folded:
        return
    for n, gloss in enumerate(glosses, 1):
        surface = visible(gloss.surface) if shown.revealed or not gloss.severe else mask(gloss.surface)
        head = Text.assemble((surface, MARKED))
        if gloss.reading:
            head.append(f"  {visible(gloss.reading)}", DIM)
        steps = " > ".join(visible(step) for step in gloss.chain)
        if steps and (shown.revealed or not gloss.severe):
            head.append(f"  {steps}")
        sense = veiled(bilingual(gloss.sense, shown.lang), shown)
        lead = f"{n} "
        yield from hanging(lead, head, width, BOLD)
        if sense:
            yield from hanging(" " * len(lead), Text.assemble(sense, (f"  ({visible(gloss.source)})", DIM)), width)


def _translation(shown: Shown, held: Held, width: int) -> Iterator[Text]:
    say = shown.say
    yield _heading(say("translation (machine, unchecked)"), "t", width)
    if "translation" in shown.folded:
        return
    translation = held.translation
    if translation is None:
        yield from wrapped(Text(say("the machine is translating") + " ..", DIM), width)
    elif translation.text is None:
        yield from wrapped(Text(visible(bilingual(translation.failure or {}, shown.lang)), WARN), width)
    else:
        for line in translation.text.splitlines():
            yield from wrapped(visible(line), width)
        yield Text(
            f"({visible(translation.engine)} {visible(translation.source)} > {visible(translation.target)})", DIM
        )


def _heading(words: str, key: str, width: int) -> Text:
    room = width - len(key) - 1
    head = fit(f"-- {words} {'-' * width}", room)
    return Text.assemble((head.plain, DIM), " ", (key, BOLD))


def _note(note: Any, shown: Shown) -> str:
    return visible(bilingual({lang: note[lang] for lang in ("en", "zh") if note.get(lang)}, shown.lang))
