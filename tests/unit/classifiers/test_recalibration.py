from pathlib import Path

import pytest

from moderation.classifiers.recalibration import (
    RECALIBRATION,
    Correction,
    apply,
    log_odds,
    read_recalibration,
    write_recalibration,
)
from moderation.domain.errors import UsageError

LINES = {"hate": {"zh": Correction(0.5, -1.0), "en": Correction(1.0, 0.0)}}


@pytest.mark.parametrize("score", [0.0001, 0.02, 0.5, 0.87, 0.9999])
def test_the_line_that_changes_nothing_changes_nothing(score: float) -> None:
    assert Correction(1.0, 0.0)(score) == score


def test_certain_scores_stay_finite_and_the_order_stays() -> None:
    line = Correction(0.5, -1.0)
    corrected = [line(score) for score in (0.0, 0.0001, 0.3, 0.9, 0.9999, 1.0)]
    assert corrected == sorted(corrected)
    assert 0 < corrected[0] < corrected[-1] < 1
    assert log_odds(1.0) == pytest.approx(-log_odds(0.0))


def test_only_the_heads_and_languages_with_a_line_are_corrected() -> None:
    scores = {"hate": 0.8, "spam": 0.8}
    assert apply(LINES, scores, "zh-Hant") == {"hate": 0.4239, "spam": 0.8}  # sigmoid(.5 · ln 4 − 1)
    assert apply(LINES, scores, "de") == scores
    assert apply(LINES, {"spam": 0.8}, "zh") == {"spam": 0.8}
    assert scores == {"hate": 0.8, "spam": 0.8}


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    assert read_recalibration(tmp_path) == {}
    assert write_recalibration(tmp_path / "models", LINES) == tmp_path / "models" / RECALIBRATION
    assert read_recalibration(tmp_path / "models") == LINES


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        '{"hate": 1}',
        '{"hate": {"zh": {"slope": 1}}}',
        '{"hate": {"zh": {"slope": 0, "offset": 0}}}',
        '{"hate": {"zh": {"slope": NaN, "offset": 0}}}',
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, body: str) -> None:
    (tmp_path / RECALIBRATION).write_text(body)
    with pytest.raises(UsageError, match=RECALIBRATION):
        read_recalibration(tmp_path)
