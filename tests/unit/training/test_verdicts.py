import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from moderation.classifiers.recalibration import Correction, log_odds
from moderation.cli.files import progress
from moderation.domain.errors import UsageError
from moderation.training.measure import Array
from moderation.training.verdicts import LEAST, Outcome, Ruled, calibrate, lines, read_ruled, refit
from tests.support.models import Words

STEPS = [n / 20 for n in range(1, 20)]
JUDGE = Words({"hate": {f"[{step:.2f}]": step for step in STEPS}}, covers=("en", "de"))


def ruled(count: int, bent: Correction, language: str = "en", seed: int = 0) -> list[Ruled]:
    """Verdicts by people who uphold as often as ``bent`` makes of the score."""
    rng = np.random.default_rng(seed)
    scores = rng.choice(STEPS, count)
    return [Ruled(f"[{p:.2f}]", language, "hate", bool(rng.random() < bent(p)), 1.0) for p in scores]


def columns(rows: list[Ruled]) -> tuple[Array, Array]:
    return np.array([log_odds(float(row.text[1:-1])) for row in rows]), np.array([row.upheld for row in rows])


def test_the_line_that_bent_the_verdicts_is_found_again() -> None:
    logits, truth = columns(ruled(5000, Correction(0.6, -1.0)))
    line = refit(logits, truth, np.ones(5000))
    assert line is not None
    assert line.slope == pytest.approx(0.6, abs=0.06)
    assert line.offset == pytest.approx(-1.0, abs=0.1)


def test_verdicts_that_a_threshold_parts_leave_the_line_finite() -> None:
    logits = np.linspace(-3, 3, 60)
    line = refit(logits, logits > 0, np.ones(60))
    assert line is not None
    assert 1 < line.slope < 10
    assert refit(logits, logits < 0, np.ones(60)) is None  # a higher score would mean less harm


def test_a_row_that_stands_for_many_weighs_as_many() -> None:
    logits, truth = columns(ruled(400, Correction(1.0, -1.0)))
    weights = np.where(truth, 3.0, 1.0)
    again = np.concatenate([np.arange(400), *[np.flatnonzero(truth)] * 2])
    one, other = refit(logits, truth, weights), refit(logits[again], truth[again], np.ones(len(again)))
    assert one is not None
    assert other is not None
    assert one == pytest.approx(other, abs=0.05)
    assert refit(logits, truth, weights * 7) == pytest.approx(one, abs=1e-3)  # only proportions count


def test_probabilities_that_do_not_come_true_are_mended_and_only_they() -> None:
    rows = [*ruled(600, Correction(0.7, -1.5)), *ruled(600, Correction(1.0, 0.0), "de", seed=1)]
    german, english = calibrate(rows, JUDGE, progress)
    assert (english.language, english.outcome) == ("en", Outcome.refitted)
    assert english.ece_before is not None
    assert english.ece_after is not None
    assert english.ece_before > 0.15
    assert english.ece_after < 0.06
    assert german.outcome in {Outcome.no_better, Outcome.refitted}
    assert german.ece_before is not None
    assert german.ece_before < 0.06
    assert lines([english])["hate"]["en"] == english.line


@pytest.mark.parametrize(
    ("rows", "outcome"),
    [
        (ruled(LEAST - 1, Correction(1.0, -1.0)), Outcome.few),
        ([row._replace(upheld=False) for row in ruled(80, Correction(1.0, 0.0))], Outcome.one_sided),
        ([row._replace(upheld=float(row.text[1:-1]) < 0.5) for row in ruled(80, Correction(1.0, 0.0))], "reversed"),
        ([row._replace(language="fr") for row in ruled(80, Correction(1.0, 0.0))], Outcome.no_score),
        ([row._replace(category="scam") for row in ruled(80, Correction(1.0, 0.0))], Outcome.no_score),
    ],
)
def test_where_no_line_can_be_fitted_it_says_why_and_keeps_the_old(rows: list[Ruled], outcome: Outcome) -> None:
    (found,) = calibrate(rows, JUDGE, progress)
    assert found.outcome == outcome
    assert lines([found]) == {}


def test_the_figure_after_is_of_verdicts_that_the_line_has_not_seen() -> None:
    """Verdicts drawn by lot: a line that had seen them would look better than it is."""
    before, after = [], []
    for seed in range(10):
        (found,) = calibrate(ruled(60, Correction(1.0, 0.0), seed=seed), JUDGE, progress)
        if found.ece_after is not None and found.ece_before is not None:
            before.append(found.ece_before)
            after.append(found.ece_after)
    assert np.mean(after) > np.mean(before) - 0.01


def test_regional_variants_share_a_line() -> None:
    rows = [*ruled(30, Correction(0.5, -1.0), "en-GB"), *ruled(30, Correction(0.5, -1.0), "en", seed=1)]
    (found,) = calibrate(rows, Words(JUDGE.scores, covers=("en", "en-GB")), progress)
    assert (found.language, found.verdicts) == ("en", 60)


POST = {"id": "p1", "text": "the text", "title": "A title"}
DECISION = {"language": {"tag": "zh-Hans"}, "scores": {"hate": 0.8, "spam": 0.1}}


def of_the_store(**verdict: Any) -> dict[str, Any]:
    return {"post": POST, "state": "removed", "decision": DECISION, "verdicts": [verdict] if verdict else []}


def read(path: Path, *rows: dict[str, Any]) -> list[Ruled]:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return read_ruled(path)


def test_rows_of_either_form_are_read(tmp_path: Path) -> None:
    found = read(
        tmp_path / "a.jsonl",
        {"text": "t", "lang": "de", "category": "hate", "upheld": True, "weight": 20},
        of_the_store(action="remove", category="hate"),
        of_the_store(action="allow", category=None),
        of_the_store(),
    )
    text = "A title\nthe text"
    assert found == [
        Ruled("t", "de", "hate", True, 20.0),
        Ruled(text, "zh-Hans", "hate", True, 1.0),
        Ruled(text, "zh-Hans", "hate", False, 1.0),
        Ruled(text, "zh-Hans", "spam", False, 1.0),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"text": "t", "lang": "de", "category": "rude", "upheld": True}, "no category `rude`"),
        ({"text": "t", "lang": "de", "category": "hate"}, "`upheld` must be"),
        ({"text": "t", "lang": "de", "category": "hate", "upheld": 1}, "`upheld` must be"),
        ({"text": "t", "category": "hate", "upheld": True}, "`lang` must be"),
        ({"text": "t", "lang": "de", "category": "hate", "upheld": True, "weight": 0}, "`weight` must be"),
        ({"verdicts": [{"action": "allow", "category": None}]}, "pool show"),
        ({"verdicts": 3}, "pool show"),
    ],
)
def test_a_bad_row_is_named_with_its_line(tmp_path: Path, row: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=rf"a\.jsonl:2: .*{said}"):
        read(tmp_path / "a.jsonl", {"text": "t", "lang": "de", "category": "hate", "upheld": True}, row)


def test_a_file_without_verdicts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has no verdicts"):
        read(tmp_path / "a.jsonl", of_the_store())
