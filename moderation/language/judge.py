"""One post: its runs and what each script says → its language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from moderation.domain.language import UNDETERMINED, Language
from moderation.language import han
from moderation.language.calibration import SURE
from moderation.language.latin import judge_latin
from moderation.language.mixture import TaggedRun, shares_of, spans_of
from moderation.language.runs import ASIDE, HAN
from moderation.language.scripts import SETTLED, telltale
from moderation.language.shorthand import CHINESE
from moderation.language.verdict import Verdict

LATIN = "Latn"

_SETTLED = {script: Verdict(tag, 0.9999) for script, tag in SETTLED.items()}
_UNKNOWN = Verdict(UNDETERMINED, 1.0)

# Japanese and Chinese in one post were told apart clause by clause.
_CLAUSE_CONFIDENCE = 0.95


class PostRun(NamedTuple):
    """A run of one script in a field of a post; ``start`` and ``end`` are the field's own."""

    post: int
    field: str
    text: str
    family: str
    start: int
    end: int
    weight: int

    @property
    def slice(self) -> str:
        """The letters, and what stands between them."""
        return self.text[self.start : self.end]


def language_of(runs: Sequence[PostRun], profiles: Mapping[str, Verdict], han_counts: Sequence[int]) -> Language:
    """The language of the post that these are all the runs of.

    ``profiles``: the verdict on each shared script; ``han_counts``: the row of :func:`han.count`,
    empty where it has no Han.
    """
    verdicts = _verdicts(runs, profiles, han_counts)
    tagged = _tagged(runs, verdicts, split=bool(han_counts) and han.is_mixed(han_counts))
    shares = shares_of(tagged)
    spans = spans_of(tagged)
    if not shares:
        return Language(spans=spans)
    tag = next(iter(shares))
    verdict = next((verdict for verdict in verdicts.values() if verdict.tag == tag), Verdict(tag, _CLAUSE_CONFIDENCE))
    doubtful = verdict.confidence < SURE
    return Language(
        tag=tag,
        confidence=verdict.confidence,
        doubtful=doubtful,
        shares=shares,
        spans=spans,
        candidates=(tag, *(other for other in verdict.others if other != tag)) if doubtful else (),
    )


def _verdicts(
    runs: Sequence[PostRun], profiles: Mapping[str, Verdict], han_counts: Sequence[int]
) -> dict[str, Verdict]:
    verdicts: dict[str, Verdict] = {}
    families = {run.family for run in runs} - {ASIDE}
    for family in families - {LATIN}:
        if family == HAN:
            verdicts[family] = han.judge(han_counts)
        elif family in profiles:
            settled = telltale(family, _text(runs, family))
            verdicts[family] = Verdict(settled, 0.98) if settled else profiles[family]
        else:
            verdicts[family] = _SETTLED.get(family, _UNKNOWN)
    if LATIN in families:
        words = sum(run.weight for run in runs if run.family == LATIN)
        verdicts[LATIN] = judge_latin(_text(runs, LATIN), words, profiles[LATIN], beside=len(families) > 1)
    return verdicts


def _text(runs: Sequence[PostRun], family: str) -> str:
    return " ".join(run.slice for run in runs if run.family == family).lower()


def _tagged(runs: Sequence[PostRun], verdicts: Mapping[str, Verdict], *, split: bool) -> list[TaggedRun]:
    tagged: list[TaggedRun] = []
    for run in runs:
        if run.family == ASIDE:
            tag = ""
        elif run.family == HAN and split:
            tagged.extend(
                TaggedRun(run.field, run.start + start, run.start + end, weight, tag)
                for start, end, weight, tag in han.clauses(run.slice)
            )
            continue
        elif run.family == LATIN and HAN in verdicts and run.slice.lower() in CHINESE:
            tag = verdicts[HAN].tag
        else:
            tag = verdicts[run.family].tag
        tagged.append(TaggedRun(run.field, run.start, run.end, run.weight, tag))
    return tagged
