"""One post: its runs and what each script says → its language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from moderation.domain.language import UNDETERMINED, Language, LanguageSpan
from moderation.language import han
from moderation.language.calibration import SURE
from moderation.language.latin import beside, judge_latin
from moderation.language.leet import plain
from moderation.language.mixture import TaggedRun, shares_of, spans_of
from moderation.language.scripts import SETTLED
from moderation.language.second import RARE_RELATIVES, RELATIVES, SecondOpinion
from moderation.language.shared import Ranking, Stretch
from moderation.language.shorthand import CHINESE, LONGEST
from moderation.language.traits import ASIDE, HAN
from moderation.language.verdict import Verdict

LATIN = "Latn"

SETTLED_VERDICTS = {script: Verdict(tag, 0.9999) for script, tag in SETTLED.items()}
_UNKNOWN = Verdict(UNDETERMINED, 1.0)

ORNAMENT = 3
"""Characters of a script in a post, up to which they may be part of a picture."""
_DRAWN = frozenset("ωΩσεθΘξДдಠಥಡಢლღงวค")

# Writes all its nouns with capitals.
_WITH_CAPITALS = "de"

# Ideographs without kana are said to be Japanese beside Latin letters only from here on.
_JAPANESE_BESIDE = 0.97

# Two languages were found in one script, clause by clause or word by word.
_MIXED_CONFIDENCE = 0.95


class PostRun(NamedTuple):
    """A run of one script in a field of a post; ``start`` and ``end`` are the field's own, ``offset`` its place."""

    field: str
    text: str
    offset: int
    family: str
    start: int
    end: int
    weight: int

    @property
    def slice(self) -> str:
        """The letters, and what stands between them."""
        return self.text[self.start : self.end]


class Evidence(NamedTuple):
    """What the batch was found to say of one post: unit of each shared script, and the row of :func:`han.count`."""

    units: Mapping[str, tuple[Ranking, int]]
    han: Sequence[int] = ()


class Help(NamedTuple):
    """What a short or disguised text may be asked about once more.

    ``reread``: ranks another spelling of a text. ``ask``: the second opinion, where there is one.
    """

    reread: Callable[[str], Verdict]
    ask: SecondOpinion | None


class Judgement(NamedTuple):
    """The language of a post, and the verdict on each script that it comes from."""

    language: Language
    verdicts: Mapping[str, Verdict]


def judge(runs: Sequence[PostRun], evidence: Evidence, help_: Help) -> Judgement:
    """The language of the post that these are all the runs of."""
    parts: dict[str, list[PostRun]] = {}
    for run in runs:
        parts.setdefault(run.family, []).append(run)
    parts.pop(ASIDE, None)
    latin = parts.pop(LATIN, None)
    verdicts = {family: _verdict(family, of_family, evidence) for family, of_family in parts.items()}
    cuts: list[TaggedRun] = []
    if latin:
        alone = all(verdict.tag == UNDETERMINED for verdict in verdicts.values())
        verdicts[LATIN], cuts = _latin(latin, evidence, help_, alone=alone)
    tagged = _tagged(runs, verdicts, cuts, split=bool(evidence.han) and han.is_mixed(evidence.han))
    shares = shares_of(tagged)
    spans = spans_of(tagged)
    if not shares:
        return Judgement(Language(spans=spans), verdicts)
    tag = next(iter(shares))
    for verdict in verdicts.values():
        if verdict.tag == tag:
            return Judgement(_language(verdict, shares, spans), verdicts)
    return Judgement(_language(Verdict(tag, _MIXED_CONFIDENCE), shares, spans), verdicts)


def whole(verdict: Verdict, spans: tuple[LanguageSpan, ...]) -> Language:
    """The language of a post that is all of one script and one language."""
    tag, confidence, _, _ = verdict
    if confidence >= SURE and tag != UNDETERMINED:
        return Language(tag, confidence, False, _all_of(tag), spans)
    return _language(verdict, {} if tag == UNDETERMINED else _all_of(tag), spans)


@cache
def _all_of(tag: str) -> Mapping[str, float]:
    return {tag: 1.0}


def _language(verdict: Verdict, shares: Mapping[str, float], spans: tuple[LanguageSpan, ...]) -> Language:
    tag, confidence, others, _ = verdict
    if confidence >= SURE:
        return Language(tag, confidence, False, shares, spans)
    return Language(tag, confidence, True, shares, spans, (tag, *(other for other in others if other != tag)))


def _verdict(family: str, runs: Sequence[PostRun], evidence: Evidence) -> Verdict:
    if family == HAN:
        verdict = han.judge(evidence.han)
        if verdict.tag == "ja" and verdict.confidence < _JAPANESE_BESIDE and LATIN in evidence.units:
            # a few ideographs that both write, in a post of another script: here more often Chinese
            return Verdict(verdict.others[0], verdict.confidence, ("ja",), verdict.by)
        return verdict
    if _is_ornament(runs):
        return _UNKNOWN
    if family not in evidence.units:
        return SETTLED_VERDICTS.get(family, _UNKNOWN)
    ranking, unit = evidence.units[family]
    return ranking.verdict(unit)


def _is_ornament(runs: Sequence[PostRun]) -> bool:
    """Whether the letters of a script are drawn with and not written: ಠ_ಠ, (・ω・)."""
    if len(runs) > ORNAMENT or sum(run.end - run.start for run in runs) > ORNAMENT:
        return False
    return all(letter in _DRAWN for run in runs for letter in run.slice if letter.isalpha())


def _latin(runs: Sequence[PostRun], evidence: Evidence, help_: Help, *, alone: bool) -> tuple[Verdict, list[TaggedRun]]:
    """The verdict on the Latin runs of a post; and the runs cut up, where the post is in two languages of that script.

    ``alone``: the post has letters of no other script.
    """
    ranking, unit = evidence.units[LATIN]
    words = sum([run.weight for run in runs])
    verdict = ranking.verdict(unit)
    if not alone and (words <= LONGEST or ranking.settled[unit]):
        return beside(verdict, words), []
    second = ranking.second.get(unit, "")
    if words <= LONGEST or not ranking.settled[unit]:
        text = _text(runs)
        told = judge_latin(text, words, verdict, settled=ranking.settled[unit])
        if told is None and (plainer := plain(text)):
            verdict = help_.reread(plainer)
            told = judge_latin(plainer, words, verdict, settled=False)
        elif told is None and help_.ask:
            verdict = _ask(help_.ask, text, ranking, unit)
        if told:
            verdict, second = told.verdict, told.beside or second
    if not alone:
        return beside(verdict, words), []
    if second and second != verdict.tag and {second, verdict.tag} <= set(ranking.languages):
        cuts = _cut(runs, ranking.cut(unit, (verdict.tag, second)))
        if len({cut.tag for cut in cuts}) > 1 and (second == _WITH_CAPITALS or not _are_names(runs, cuts, second)):
            return verdict._replace(confidence=max(verdict.confidence, _MIXED_CONFIDENCE)), cuts
    return verdict, []


def _ask(ask: SecondOpinion, text: str, ranking: Ranking, unit: int) -> Verdict:
    """The verdict of the profiles, as lingua changes it where they are in doubt or lack a language."""
    verdict = ranking.verdict(unit)
    if verdict.tag in RARE_RELATIVES or (verdict.tag in RELATIVES and ranking.strange[unit]):
        return ask.lacking(text, verdict.tag) or verdict
    if verdict.confidence < SURE and verdict.others:
        return ranking.reconsider(unit, ask(text, ranking.tags[unit]))
    return verdict


def _cut(runs: Sequence[PostRun], stretches: Sequence[Stretch]) -> list[TaggedRun]:
    """The runs cut where the language changes; what stands behind the last stretch goes with it."""
    cuts: list[TaggedRun] = []
    number = 0
    for run in runs:
        start, last = run.offset + run.start, run.offset + run.end
        while start < last:
            while number + 1 < len(stretches) and stretches[number + 1].start <= start:
                number += 1
            following = stretches[number + 1].start if number + 1 < len(stretches) else last
            end = last if following >= last else stretches[number].end
            piece = run.text[start - run.offset : end - run.offset]
            words = len(piece.split())
            cuts.append(TaggedRun(run.field, start - run.offset, end - run.offset, words, stretches[number].tag))
            start = min(following, last)
    return cuts


def _are_names(runs: Sequence[PostRun], cuts: Sequence[TaggedRun], tag: str) -> bool:
    """Whether the words in a language are all written with capitals: names of people and places are no language."""
    texts = {run.field: run.text for run in runs}
    words = [word for cut in cuts if cut.tag == tag for word in texts[cut.field][cut.start : cut.end].split()]
    return all(word[:1].isupper() for word in words)


def _text(runs: Sequence[PostRun]) -> str:
    return " ".join(run.slice for run in runs).lower()


def _tagged(
    runs: Sequence[PostRun], verdicts: Mapping[str, Verdict], cuts: Sequence[TaggedRun], *, split: bool
) -> list[TaggedRun]:
    """The runs with their tags: those of Latin letters as they were cut, those of Han clause by clause if ``split``."""
    tagged: list[TaggedRun] = []
    for run in runs:
        field, start, end, weight = run.field, run.start, run.end, run.weight
        if run.family == LATIN and cuts:
            tagged.extend(cut for cut in cuts if cut.field == field and start <= cut.start < end)
            continue
        if run.family == HAN and split:
            clauses = han.clauses(run.slice)
            tagged.extend(
                TaggedRun(field, start + first, start + last, weigh, tag) for first, last, weigh, tag in clauses
            )
            continue
        if run.family == ASIDE:
            tag = ""
        elif run.family == LATIN and HAN in verdicts and run.slice.lower() in CHINESE:
            tag = verdicts[HAN].tag
        else:
            tag = verdicts[run.family].tag
        if tag == UNDETERMINED:
            tag, weight = "", 0
        tagged.append(TaggedRun(field, start, end, weight, tag))
    return tagged
