"""Notes that are written often."""

from __future__ import annotations

from pathlib import Path

import pytest

from moderation.domain.errors import UsageError
from moderation.pool.review.macros import expand
from moderation.settings import load_macros
from tests.unit.pool.review.offices import MACROS

BOTH = "Fake job. / 虚假招聘。"


@pytest.mark.parametrize(
    ("note", "becomes"),
    [
        (";fj", BOTH),
        ("；fj", BOTH),
        ("看图;fj。", f"看图{BOTH}。"),
        (";fj ;fj", f"{BOTH} {BOTH}"),
        (";fjx ;x ; fj", ";fjx ;x ; fj"),
        ("", ""),
    ],
)
def test_a_macro_stands_for_both_sentences_and_nothing_else_changes(note: str, becomes: str) -> None:
    assert expand(note, MACROS) == becomes


def test_the_shipped_ones_say_something_in_both_languages() -> None:
    shipped = load_macros()
    assert "fj" in shipped
    assert all(said["en"].endswith(".") and said["zh"].endswith("。") for said in shipped.values())
    assert all(expand(text, shipped) == text for said in shipped.values() for text in said.values())


@pytest.mark.parametrize(
    ("text", "says"), [("fj: {en: x}", "macros.yaml:1:5: fj.zh"), ("FJ: {en: x, zh: y}", "macros.yaml:1:"), ("[]", "")]
)
def test_what_cannot_hold_is_refused_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "macros.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        load_macros(tmp_path)
    assert says in str(refused.value)
