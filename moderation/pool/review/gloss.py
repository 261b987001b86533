"""What the matched words of a post mean, for a reviewer who does not read its language.

Each distinct span of the rules that matched gets one gloss, in both languages. What it says comes from the first of
these that knows the words, by what they mean where they are disguised:

1. the glossary, then the idioms, where an entry is the whole of the words;
2. the contact or link that they are;
3. the glossary and the idioms, where entries stand within them: the longest, up to three;
4. the contact or link that they touch;
5. what the rule explains; also before what 3 and 4 say of but a few of the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from moderation.domain.decision import ACTING
from moderation.domain.review import Correction
from moderation.policy.glossary import Lexicon
from moderation.pool.review.contacts import Reached, contacts_in
from moderation.pool.review.known_words import KnownWords, Meaning, Tags, few_of
from moderation.pool.review.view import Bilingual, Gloss

SEVERE = frozenset({"hate", "sexual", "sexual_minors", "self_harm", "violence", "harassment"})
_FIELDS = ("title", "text")
_LONGEST_READING = 16
_MOST_WORDS, _MOST_CHARACTERS = 3, 12
_HAN = re.compile("[〇\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_UNSPACED = re.compile(f"{_HAN.pattern}|[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff]")
"""Han, kana, Thai, Lao, Burmese, Khmer: written without blanks between words."""

_OTHER_HAN = ("ja", "ko", "vi")
"""Languages that read Han characters their own way."""


class _Contacts:
    """The contacts of a post, looked for in a field when they are first asked for."""

    def __init__(self, post: Mapping[str, Any]) -> None:
        self._post = post
        self._found: dict[str, list[Reached]] = {}

    def at(self, field: str, start: int, end: int) -> Meaning | None:
        """The contact that a span is; a contact before the link that carries it."""
        return _shortest(each for each in self._of(field) if (each.start, each.end) == (start, end))

    def near(self, field: str, start: int, end: int) -> Meaning | None:
        """The shortest contact that a span touches; ``scant`` where it is but a little of it."""
        touching = [each for each in self._of(field) if each.start < end and start < each.end]
        found = _shortest(touching)
        shared = max((min(end, each.end) - max(start, each.start) for each in touching), default=0)
        return found._replace(scant=few_of(shared, end - start)) if found else None

    def _of(self, field: str) -> list[Reached]:
        if field not in self._found:
            self._found[field] = list(contacts_in(_field(self._post, field)))
        return self._found[field]


class Glossary:
    """Explains words. Built once a process, read-only; takes the folder of rules as a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._words = KnownWords(lexicon)
        self._idioms = {idiom.id: idiom for idiom in lexicon.idioms}

    def gloss(self, post: Mapping[str, Any], decision: Mapping[str, Any]) -> tuple[Gloss, ...]:
        """A gloss for each distinct span of the matches, numbered from 1 by their order.

        First those of the rules that act, then those of the rules that only watch, each in order of place. ``post``
        and ``decision`` are the JSON of both. What a gloss says may quote the post, so it is shown as hostile text is
        (:mod:`moderation.domain.marks`).
        """
        seen: dict[tuple[str, int, int], list[tuple[Mapping[str, Any], str, tuple[str, ...]]]] = {}
        for match in decision["matches"]:
            chains = [chain for _, chain in match.get("seen") or ()] or [()] * len(match["spans"])
            for (field, start, end, surface), chain in zip(match["spans"], chains, strict=True):
                seen.setdefault((field, start, end), []).append((match, surface, tuple(chain)))
        reached = _Contacts(post)
        glosses = []
        for (field, start, end), found in sorted(seen.items(), key=_order):
            matches = sorted((match for match, _, _ in found), key=lambda match: not _acts(match))
            surface = found[0][1]
            chain = next((chain for _, _, chain in found if chain), ())
            tags = _tags(decision, field, start)
            meaning = (
                self._words.whole(surface, chain, tags)
                or reached.at(field, start, end)
                or self._part(surface, chain, tags, reached.near(field, start, end))
                or self._ruled(surface, chain, matches[0])
            )
            sense = _after(matches[0]["explain"], meaning.sense) if meaning.scant else meaning.sense
            words = meaning.scant or not meaning.contact
            severe = words and _few(surface) and any(match["category"] in SEVERE for match in matches)
            reading = meaning.reading or _reading(surface, tags[0])
            glosses.append(Gloss(field, start, end, surface, reading, chain, sense, meaning.source, severe))
        return tuple(glosses)

    def look_up(self, surface: str, language: str = "*", chain: Sequence[str] = ()) -> tuple[Bilingual, str] | None:
        """What words mean by the glossary and the idioms, and the source; None where neither knows them."""
        tags = (language, language)
        meaning = self._words.whole(surface, chain, tags) or self._words.within(surface, chain, tags)
        return (meaning.sense, meaning.source) if meaning else None

    def notes(self, decision: Mapping[str, Any]) -> tuple[Mapping[str, str], ...]:
        """The decision's notes on customs, each with who keeps it (``owner``), ``communities`` and ``review_by``."""
        notes = []
        for note in decision["notes"]:
            idiom = self._idioms.get(note["idiom"])
            kept = (
                {
                    "owner": idiom.owner,
                    "communities": ", ".join(idiom.communities),
                    "review_by": idiom.review_by.isoformat() if idiom.review_by else "",
                }
                if idiom
                else {}
            )
            notes.append({**note, **kept})
        return tuple(notes)

    def _part(self, surface: str, chain: Sequence[str], tags: Tags, near: Meaning | None) -> Meaning | None:
        """What explains a part of the words: known words or a contact, rather the one that is more than a few."""
        known = [meaning for meaning in (self._words.within(surface, chain, tags), near) if meaning]
        return min(known, key=lambda meaning: meaning.scant, default=None)

    def _ruled(self, surface: str, chain: Sequence[str], match: Mapping[str, Any]) -> Meaning:
        listed = self._words.listed(surface, chain)
        return Meaning(match["explain"], f"list:{listed}" if listed else f"rule:{match['rule']}")


def correction_test(correction: Correction) -> dict[str, str]:
    """A reviewer's correction as an entry of ``rules/culture/glossary.test.yaml``, which the tests hold true."""
    return {
        "surface": correction.surface,
        "language": correction.language,
        "expected": correction.expected,
        "wrong": correction.shown,
    }


def _order(item: tuple[tuple[str, int, int], Sequence[tuple[Mapping[str, Any], Any, Any]]]) -> tuple[Any, ...]:
    (field, start, end), found = item
    place = _FIELDS.index(field) if field in _FIELDS else len(_FIELDS)
    return not any(_acts(match) for match, _, _ in found), place, field, start, end


def _acts(match: Mapping[str, Any]) -> bool:
    return match["status"] in ACTING


def _few(surface: str) -> bool:
    """Whether a span is a word or two and not a sentence.

    Words are masked so that nobody meets a slur unprepared. A masked sentence hides the post instead: each such item
    took a key more before it could be read at all, and who always presses it is spared nothing.
    """
    return len(surface.split()) <= _MOST_WORDS and len(_UNSPACED.findall(surface)) <= _MOST_CHARACTERS


def _after(explain: Bilingual, words: Bilingual) -> Bilingual:
    return {"en": f"{explain['en']} ({words['en']})", "zh": f"{explain['zh']}（{words['zh']}）"}


def _tags(decision: Mapping[str, Any], field: str, start: int) -> Tags:
    """The language at a place, and the post's."""
    language = decision["language"]
    main = str(language["tag"])
    for name, first, last, tag in language["spans"]:
        if name == field and first <= start < last:
            return str(tag), main
    return main, main


def _shortest(reached: Iterable[Reached]) -> Meaning | None:
    found = min(reached, key=lambda each: (each.end - each.start, each.kind == "link"), default=None)
    return Meaning(found.sense, f"contact:{found.kind}", contact=True) if found else None


def _field(post: Mapping[str, Any], field: str) -> str:
    """The text of a field such as ``text`` or ``media.0.ocr_text``; empty where it is gone."""
    value: Any = post
    for step in field.split("."):
        try:
            value = value[int(step) if step.isdigit() else step]
        except (KeyError, IndexError, TypeError):
            return ""
    return value if isinstance(value, str) else ""


def _reading(surface: str, tag: str) -> str:
    """Pinyin with tone digits (``jia1 V``) of Chinese words; empty for others and for whole sentences."""
    if not _HAN.search(surface) or tag.startswith(_OTHER_HAN) or len(surface) > _LONGEST_READING:
        return ""
    from pypinyin import Style, lazy_pinyin

    return " ".join(" ".join(lazy_pinyin(surface, style=Style.TONE3, neutral_tone_with_five=True)).split())
