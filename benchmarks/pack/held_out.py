"""How often the shipped rules act on benign posts of the held-out fifth, in each language.

Run: ``python -m benchmarks.pack.held_out``. A post counts where its decision is anything but to approve it. The labels
are those of the sets, which looked for less than the rules do (hate only, aggression only). So beside the plain share
stand two others: ``settled`` leaves out actions for a harm that the set's annotators did not look for
(``moderation/training/sources.py`` says which), and ``audited`` those on posts that were read and found violating all
the same (``audited.tsv``). The verdicts are on the plain share.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.pack.posts import DATA, Labelled, sample
from moderation.bootstrap import build_pipeline
from moderation.domain.decision import Action, Decision
from moderation.domain.intervals import wilson
from moderation.domain.post import Post
from moderation.pipeline import Pipeline
from moderation.settings import load_settings
from moderation.training.sources import HEADS, SOURCES, UNLISTED

AUDITED = Path(__file__).with_name("audited.tsv")
BATCH = 512
COLUMNS = "{:8}{:>7}{:>9}{:>7}{:>14}{:>8}{:>5}{:>8}{:>7}  {}"

MOST_SHARE = 0.005
MOST_UPPER = 0.01
UPPER_FROM = 2_000  # benign posts; with fewer the interval is wide whatever the rules do
SHARE_FROM = 200  # with fewer a single post is more than the share allows


@dataclass(slots=True)
class Tally:
    """What was decided in one language.

    ``wrong`` are the benign posts that were acted on, ``settled`` how many of them for a harm that was looked for, and
    ``rules`` counts what acted on them.
    """

    benign: int = 0
    violating: int = 0
    caught: int = 0
    settled: int = 0
    wrong: list[str] = field(default_factory=list)
    rules: Counter[str] = field(default_factory=Counter)

    def count(self, row: Labelled, decision: Decision) -> None:
        """Add one decision."""
        acted = decision.action is not Action.approve
        if row.violating:
            self.violating += 1
            self.caught += acted
            return
        self.benign += 1
        if acted:
            acting = [match for match in decision.matches if match.status == "enforce"]
            self.wrong.append(row.id)
            self.settled += any(looked_for(row, match.category) for match in acting)
            self.rules.update({match.rule for match in acting})


def looked_for(row: Labelled, category: str) -> bool:
    """Whether the annotators of a benign post would have said so if it had this harm; True for harms without a head."""
    source = SOURCES.get(row.id.rpartition("-")[0], UNLISTED)
    return category not in HEADS or source.value(category, 0, frozenset()) is False


def decided(pipeline: Pipeline, rows: Sequence[Labelled]) -> Iterator[tuple[Labelled, Decision]]:
    """The decision of each post, in order."""
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        yield from zip(part, pipeline([Post(id=row.id, text=row.text) for row in part]), strict=True)


def tallies(results: Iterable[tuple[Labelled, Decision]]) -> dict[str, Tally]:
    """What was decided, by language."""
    found: dict[str, Tally] = {}
    for row, decision in results:
        found.setdefault(row.lang, Tally()).count(row, decision)
    return found


def audited() -> dict[str, bool]:
    """Of posts labelled benign that were read: whether they are violating all the same."""
    lines = AUDITED.read_text("utf-8").splitlines()[1:]
    return {row: verdict == "violating" for row, _, verdict in (line.partition("\t") for line in lines)}


def misses(tally: Tally, pooled: float) -> list[str]:
    """The targets that one language misses."""
    hits, count = len(tally.wrong), tally.benign
    lower, upper = wilson(hits, count)
    checks = {
        f"share {hits / count:.2%} > {MOST_SHARE:.1%}": count >= SHARE_FROM and hits / count > MOST_SHARE,
        f"upper bound {upper:.2%} > {MOST_UPPER:.0%}": count >= UPPER_FROM and upper > MOST_UPPER,
        f"lower bound {lower:.2%} > twice the pooled {pooled:.2%}": lower > 2 * pooled,
    }
    return [text for text, missed in checks.items() if missed]


def table(found: Mapping[str, Tally], judged: Mapping[str, bool]) -> Iterator[str]:
    """The lines of the report, the languages with most posts first."""
    yield COLUMNS.format(
        "", "benign", "acted on", "share", "95% interval", "settled", "read", "audited", "caught", "by"
    )
    for lang, tally in sorted(found.items(), key=lambda item: (-item[1].benign, item[0])):
        if not tally.benign:
            continue
        hits, count = len(tally.wrong), tally.benign
        lower, upper = wilson(hits, count)
        read = [judged[row] for row in tally.wrong if row in judged]
        worst = sorted(tally.rules.items(), key=lambda item: (-item[1], item[0]))
        yield COLUMNS.format(
            lang,
            f"{count:,}",
            hits,
            f"{hits / count:.2%}",
            f"{lower:.2%}–{upper:.2%}",
            f"{tally.settled / count:.2%}",
            len(read),
            f"{(hits - sum(read)) / count:.2%}",
            f"{tally.caught / tally.violating:.0%}" if tally.violating else "–",
            ", ".join(f"{rule} {number}" for rule, number in worst[:3]),
        )


def verdicts(found: Mapping[str, Tally]) -> Iterator[str]:
    """PASS or MISS, a line for each language that misses and one for all."""
    pooled = sum(len(tally.wrong) for tally in found.values()) / sum(tally.benign for tally in found.values())
    missed = {lang: texts for lang, tally in sorted(found.items()) if tally.benign and (texts := misses(tally, pooled))}
    yield f"pooled: {pooled:.2%} of benign posts"
    for lang, texts in missed.items():
        settled = f"{found[lang].settled / found[lang].benign:.2%} for harms that its annotators looked for"
        yield f"MISS {lang}: {'; '.join(texts)} ({settled})"
    yield f"{'MISS' if missed else 'PASS'}: {len(found) - len(missed)} of {len(found)} languages within the targets"


def main() -> int:
    """Measure and print; 1 where a target is missed."""
    if not (DATA / "train").is_dir():
        print("the labelled posts are not beside the repository: nothing measured")
        return 0
    found = tallies(decided(build_pipeline(load_settings()), sample()))
    print("\n".join(table(found, audited())))
    lines = list(verdicts(found))
    print("\n".join(lines))
    return int(lines[-1].startswith("MISS"))


if __name__ == "__main__":
    sys.exit(main())
