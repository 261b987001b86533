"""Conditions made ready for a vocabulary: each looks at a post and says true, false or unknown, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple, Protocol

from moderation.domain.signal import Contact, Evidence, Hit, Pattern, Tally, Term, Vocabulary, Window
from moderation.domain.text import Span
from moderation.policy.expressions import Truth
from moderation.policy.model import (
    Among,
    Bound,
    Condition,
    Contacts,
    Count,
    Idiom,
    Idioms,
    Links,
    NearDuplicates,
    Number,
    Regex,
    Score,
    Similar,
    Speech,
    Words,
)
from moderation.policy.reach import host_of
from moderation.policy.view import View

_FIELDS = {
    name: attrgetter(name.removeprefix("post."))
    for name in (
        "author.age_days", "author.strikes", "author.followers", "author.region",
        "post.views_per_minute", "post.kind", "post.region",
    )
}  # fmt: skip


class Finding(NamedTuple):
    """What one condition says of one post: the hits that count, or the value and the limit that it was held to.

    ``contacts``: what the hits of a condition on contacts or links lead to, in the same order.
    """

    truth: Truth
    hits: tuple[Hit, ...] = ()
    value: float | str | None = None
    limit: float | None = None
    contacts: tuple[Contact, ...] = ()

    def without(self, taken: Iterable[Span]) -> Finding:
        """The same without the hits that overlap any of these spans; false where none is left."""
        left = tuple(hit for hit in self.hits if not any(hit.span.overlaps(span) for span in taken))
        return self if len(left) == len(self.hits) else Finding(bool(left), left)


_FALSE, _UNKNOWN = Finding(False), Finding(None)


class Check(Protocol):
    """One condition, ready to run. Total."""

    def look(self, view: View) -> Finding:
        """What the condition says of a post."""
        ...


@dataclass(frozen=True)
class WordsCheck:
    """``terms``: index in the vocabulary → language. ``whole``: a hit counts wherever in the post it stands."""

    terms: Mapping[int, str]
    weakest: Evidence
    whole: bool

    @cached_property
    def languages(self) -> frozenset[str]:
        """Those of the terms, which are many."""
        return frozenset(self.terms.values())

    def look(self, view: View) -> Finding:
        """True with a hit that counts; unknown where the post speaks no language of the terms."""
        terms = self.terms
        accepted = [hit for hit in view.signals.found.terms if hit[0] in terms and hit[2].at_least(self.weakest)]
        return _of_hits(view, accepted, terms, self.whole) or _nothing(view, self.languages)


@dataclass(frozen=True)
class RegexCheck:
    """``patterns``: index in the vocabulary → language."""

    patterns: Mapping[int, str]
    whole: bool

    @cached_property
    def languages(self) -> frozenset[str]:
        """Those of the patterns."""
        return frozenset(self.patterns.values())

    def look(self, view: View) -> Finding:
        """As :class:`WordsCheck`."""
        accepted = [hit for hit in view.signals.found.patterns if hit[0] in self.patterns]
        return _of_hits(view, accepted, self.patterns, self.whole) or _nothing(view, self.languages)


@dataclass(frozen=True, slots=True)
class ContactCheck:
    """Contacts of some kinds, in any language."""

    kinds: frozenset[str]
    weakest: Evidence

    def look(self, view: View) -> Finding:
        """True where one is found in the post; never unknown."""
        return _of_contacts(
            [
                contact
                for contact in view.signals.found.contacts
                if contact.kind in self.kinds and contact.hit.evidence.at_least(self.weakest)
            ]
        )


@dataclass(frozen=True, slots=True)
class LinkCheck:
    """Links to some hosts, and to those that end in one of ``endings`` (``.top``); to any host without either."""

    hosts: frozenset[str]
    endings: tuple[str, ...]
    weakest: Evidence

    def look(self, view: View) -> Finding:
        """True where one is found in the post; never unknown."""
        return _of_contacts(
            [
                link
                for link in view.signals.found.links
                if link.hit.evidence.at_least(self.weakest) and self.leads_to(link)
            ]
        )

    def leads_to(self, link: Contact) -> bool:
        """Whether a link is to one of the hosts."""
        if not self.hosts and not self.endings:
            return True
        host = host_of(link.value)
        return host in self.hosts or host.endswith(self.endings)


@dataclass(frozen=True, slots=True)
class NearDuplicatesCheck:
    """A text that so many distinct authors posted within a window of time."""

    window: Window
    distinct_authors: int

    def look(self, view: View) -> Finding:
        """Unknown where near-duplicates could not be looked for; a text that stands alone has its own author."""
        campaign = view.signals.campaign
        if campaign is not None:
            authors = campaign.authors_in.get(self.window)
        elif "campaigns" in view.signals.unavailable:
            authors = None
        else:
            authors = int(view.post.author.id is not None)
        if authors is None:
            return Finding(None)
        return Finding(authors >= self.distinct_authors, value=authors, limit=self.distinct_authors)


@dataclass(frozen=True, slots=True)
class IdiomCheck:
    """One idiom: where its forms and the cues of its harmful sense are looked for."""

    idiom: Idiom
    forms: WordsCheck
    cues: WordsCheck

    def sense(self, view: View) -> tuple[str, tuple[Hit, ...]]:
        """Benign or harmful, and where the idiom stands; no hits where it does not."""
        hits = self.forms.look(view).hits
        return "harmful" if hits and self.cues.look(view).truth else "benign", hits


@dataclass(frozen=True, slots=True)
class IdiomsCheck:
    """Any of some idioms in one sense."""

    idioms: tuple[IdiomCheck, ...]
    sense: str

    def look(self, view: View) -> Finding:
        """True where one of them stands in that sense; unknown where the post speaks no language of their forms."""
        hits: list[Hit] = []
        for idiom in self.idioms:
            sense, found = idiom.sense(view)
            if sense == self.sense:
                hits.extend(found)
        if hits:
            return Finding(True, tuple(hits))
        return _nothing(view, frozenset[str]().union(*(idiom.forms.languages for idiom in self.idioms)))


@dataclass(frozen=True, slots=True)
class ScoreCheck:
    """A probability against a limit by language."""

    category: str
    bound: Bound

    def look(self, view: View) -> Finding:
        """Unknown without a score, or without a limit for the language."""
        return _compare(view, view.signals.scores.get(self.category), self.bound)


@dataclass(frozen=True, slots=True)
class SimilarCheck:
    """A cosine against a limit by language; ``valid``: the limit was chosen for the embedding that is loaded."""

    exemplars: str
    bound: Bound
    valid: bool

    def look(self, view: View) -> Finding:
        """Unknown where the embedding failed or is another, or without a limit for the language."""
        if not self.valid:
            return Finding(None)
        return _compare(view, view.signals.similarities.get(self.exemplars), self.bound)


@dataclass(frozen=True, slots=True)
class NumberCheck:
    """A number of post or author against a limit by language."""

    field: str
    bound: Bound

    def look(self, view: View) -> Finding:
        """Unknown where the number is: a missing age is not 0."""
        return _compare(view, _FIELDS[self.field](view.post), self.bound)


@dataclass(frozen=True, slots=True)
class AmongCheck:
    """A word of post or author, one of some."""

    field: str
    values: frozenset[str]

    def look(self, view: View) -> Finding:
        """Unknown where the word is."""
        value: str | None = _FIELDS[self.field](view.post)
        return Finding(None if value is None else value in self.values, value=value)


@dataclass(frozen=True, slots=True)
class CountCheck:
    """How many posts of the author, against a limit by language."""

    tally: Tally
    bound: Bound

    def look(self, view: View) -> Finding:
        """Unknown where the author is, or where posts could not be counted."""
        return _compare(view, view.signals.counts.get(self.tally), self.bound)


@dataclass(frozen=True, slots=True)
class SpeechCheck:
    """What a post is written in; see :class:`~moderation.policy.model.Speech`."""

    speech: Speech

    def look(self, view: View) -> Finding:
        """Never unknown: what is not there has a share of 0."""
        language = view.signals.language
        match self.speech:
            case Speech("doubtful"):
                return Finding(language.doubtful)
            case Speech("mixed"):
                return Finding(language.mixed)
            case Speech("share", name, Bound() as bound):
                return _compare(view, view.share(name), bound)
            case Speech(_, name, Bound() as bound):
                return _compare(view, view.share_of_script(name), bound)
            case _:
                return Finding(None)


@dataclass(frozen=True, slots=True)
class Measured:
    """What limits depend on beside the rules: category → language → operating points, and the embedding's version."""

    points: Mapping[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)
    embedding: str = ""


class Compiler:
    """Makes conditions ready for one vocabulary."""

    def __init__(self, vocabulary: Vocabulary, idioms: Iterable[Idiom], measured: Measured) -> None:
        self._measured = measured
        self._terms: dict[Term, int] = {term: n for n, term in enumerate(vocabulary.terms)}
        self._patterns: dict[Pattern, int] = {pattern: n for n, pattern in enumerate(vocabulary.patterns)}
        self.idioms = {
            idiom.id: IdiomCheck(
                idiom,
                WordsCheck(self._index(idiom.forms), Evidence.squeezed, whole=False),
                WordsCheck(self._index(idiom.cues), Evidence.squeezed, whole=False),
            )
            for idiom in idioms
        }

    def check(self, condition: Condition, *, whole: bool) -> Check:  # noqa: C901, PLR0911 - one case a kind of condition
        """The check of one condition; ``whole`` is the rule's ``mixed``."""
        match condition:
            case Words(terms, weakest):
                return WordsCheck(self._index(terms), weakest, whole)
            case Regex(patterns):
                return RegexCheck({self._patterns[pattern]: pattern.language for pattern in patterns}, whole)
            case Contacts(kinds, weakest):
                return ContactCheck(kinds, weakest)
            case Links(hosts, weakest):
                endings = tuple(host[1:] for host in hosts if host.startswith("*"))
                return LinkCheck(frozenset(host for host in hosts if not host.startswith("*")), endings, weakest)
            case NearDuplicates(window, distinct_authors):
                return NearDuplicatesCheck(window, distinct_authors)
            case Idioms(ids, sense):
                return IdiomsCheck(tuple(self.idioms[name] for name in ids), sense)
            case Score(category, bound):
                return ScoreCheck(category, bound.measured(self._measured.points.get(category, {})))
            case Similar(exemplars, bound, model):
                return SimilarCheck(exemplars, bound, model in {None, self._measured.embedding})
            case Number(name, bound):
                return NumberCheck(name, bound)
            case Among(name, values):
                return AmongCheck(name, values)
            case Count(tally, bound):
                return CountCheck(tally, bound)
            case Speech():
                return SpeechCheck(condition)

    def _index(self, terms: Iterable[Term]) -> dict[int, str]:
        return {self._terms[term]: term.language for term in terms}


def _of_contacts(contacts: list[Contact]) -> Finding:
    return Finding(bool(contacts), tuple(contact.hit for contact in contacts), contacts=tuple(contacts))


def _of_hits(view: View, accepted: list[Hit], languages: Mapping[int, str], whole: bool) -> Finding | None:
    hits = accepted if whole else [hit for hit in accepted if view.counts(hit, languages[hit.number])]
    return Finding(True, tuple(hits)) if hits else None


def _nothing(view: View, languages: frozenset[str]) -> Finding:
    """Where no hit counts: false in a post that may speak one of the languages, unknown in any other."""
    return _FALSE if view.knows_any(languages) else _UNKNOWN


def _compare(view: View, value: float | None, bound: Bound) -> Finding:
    """Kleene's `or` over the languages that the post may be in: one unless that is doubtful."""
    if value is None:
        return Finding(None)
    result = Finding(False, value=value)
    for tag in view.tags:
        limit = bound.limit(tag)
        if limit is None:
            result = Finding(None, value=value)
        elif bound.holds(value, limit):
            return Finding(True, value=value, limit=limit)
        elif result.truth is False:
            result = Finding(False, value=value, limit=limit)
    return result
