"""``moderation models calibrate``."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from moderation.cli import options
from moderation.cli.display import print_json, print_table, visible
from moderation.cli.files import progress
from moderation.cli.models.common import in_use, load
from moderation.domain.errors import UsageError

if TYPE_CHECKING:
    from moderation.training.verdicts import Refit

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Probabilities beside verdicts (ECE after: of lines that have not seen the verdict)",
        "category": "category", "language": "lang", "verdicts": "verdicts", "upheld": "upheld",
        "before": "ECE before", "after": "ECE after", "slope": "slope", "offset": "offset", "outcome": "line",
        "refitted": "refitted", "few": "kept: under 50 verdicts", "one_sided": "kept: under 5 of one outcome",
        "reversed": "kept: verdicts run against the score", "no_better": "kept: a new one is no better",
        "no_score": "no model covers it",
        "written": "written", "nothing": "nothing is written: no line was fitted",
    },
    "zh": {
        "title": "概率与审核结论对照（校准后 ECE 由未见过该结论的校准线得出）",
        "category": "类别", "language": "语言", "verdicts": "结论数", "upheld": "成立",
        "before": "校准前 ECE", "after": "校准后 ECE", "slope": "斜率", "offset": "截距", "outcome": "校准线",
        "refitted": "已重新拟合", "few": "保留：结论不足 50 条", "one_sided": "保留：某一结果不足 5 条",
        "reversed": "保留：结论与分数方向相反", "no_better": "保留：新线并不更好",
        "no_score": "没有模型覆盖",
        "written": "已写入", "nothing": "未写入：没有拟合任何校准线",
    },
}  # fmt: skip


@click.command()
@click.option(
    "--from-verdicts",
    "file",
    required=True,
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="What reviewers decided: JSON Lines, .gz read directly.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for recalibration.json: that of the models, to use it.",
)
@options.common
def calibrate(file: Path, out: Path, config: Path | None, as_json: bool, lang: str) -> None:
    """Fit the probabilities anew to what reviewers upheld, by category and language.

    Each line of FILE is {"text": …, "lang": "de", "category": "hate", "upheld": true}, perhaps with a weight where it
    stands for more posts, or what `moderation pool show ID --json` prints of a post with a verdict. A category and
    language with 50 verdicts, 5 of either outcome, gets a line upon the log-odds of its probability, where that brings
    the calibration error (ECE) down on verdicts that the line has not seen. Exit 1 where none does.

    \b
    Example:
      moderation models calibrate --from-verdicts verdicts.jsonl --out models
    """
    from moderation.classifiers.artifact import shipped
    from moderation.classifiers.recalibration import RECALIBRATION, write_recalibration
    from moderation.training.verdicts import calibrate as run
    from moderation.training.verdicts import lines, read_ruled

    folder = in_use(config)
    if (standing := (folder or shipped()) / RECALIBRATION).is_file():
        raise UsageError(f"{standing} corrects the models in use already; move it away, and fit anew what they say")
    ruled = read_ruled(file)
    classifier = load(folder)
    refits = run(ruled, classifier, progress)
    path = None
    if found := lines(refits):
        try:
            path = write_recalibration(out, found)
        except OSError as error:
            raise UsageError(f"{out}: cannot be written ({error.strerror}); give --out another folder") from None
    if as_json:
        for refit in refits:
            print_json(_json(refit))
    else:
        _print(refits, _WORDS[lang])
    say = _WORDS[lang]
    click.echo(f"{say['written']}: {visible(str(path))}" if path else say["nothing"], err=True)
    if path is None:
        sys.exit(1)


def _json(refit: Refit) -> dict[str, object]:
    slope, offset = refit.line or (None, None)
    return {
        "category": refit.category,
        "language": refit.language,
        "verdicts": refit.verdicts,
        "upheld": refit.upheld,
        "outcome": refit.outcome.value,
        "slope": slope,
        "offset": offset,
        "ece_before": refit.ece_before,
        "ece_after": refit.ece_after,
    }


def _print(refits: Sequence[Refit], say: Mapping[str, str]) -> None:
    columns = ("category", "language", "verdicts", "upheld", "before", "after", "slope", "offset", "outcome")
    rows = []
    for refit in refits:
        line = [f"{part:.2f}" for part in refit.line] if refit.line else ["–", "–"]
        ends = ("–" if ece is None else f"{ece:.3f}" for ece in (refit.ece_before, refit.ece_after))
        rows.append((refit.category, refit.language, refit.verdicts, refit.upheld, *ends, *line, say[refit.outcome]))
    print_table(say["title"], [say[name] for name in columns], rows)
