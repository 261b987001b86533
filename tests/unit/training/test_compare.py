from moderation.cli.files import progress
from moderation.training.compare import Compared, Mark, compare
from moderation.training.labelled import ANY, Example
from moderation.training.sources import HEADS
from tests.support.models import Words

BENIGN = dict.fromkeys((*HEADS, ANY), False)
GOOD = Words({"hate": {"vermin": 0.9, "grubby": 0.8}})
DEAF = Words({"hate": {"vermin": 0.9}})
SHY = Words({"hate": {"vermin": 0.9, "grubby": 0.4}})
RASH = Words({"hate": {"vermin": 0.9, "grubby": 0.8, "sunny 1": 0.7}})


def rows(count: int = 20, language: str = "en") -> list[Example]:
    harm = {"hate": True, ANY: True}
    texts = [("vermin", harm), ("grubby", harm), ("sunny", BENIGN), ("windy", BENIGN)]
    return [Example(f"{text} {n}", language, None, truth) for text, truth in texts for n in range(count)]


def marks(a: Words, b: Words, examples: list[Example]) -> dict[str | None, Mark]:
    return {
        each.figure: each.mark
        for each in compare(examples, a, b, progress)
        if (each.category, each.language) == ("hate", "en")
    }


def test_a_classifier_is_the_same_as_itself() -> None:
    found = compare(rows(), GOOD, GOOD, progress)
    assert {each.mark for each in found} == {Mark.same}
    assert {(each.difference, each.interval) for each in found} == {(0.0, (0.0, 0.0))}
    assert {(each.category, each.language) for each in found} == {
        ("hate", "en"),
        ("hate", "all"),
        (ANY, "en"),
        (ANY, "all"),
    }


def test_one_that_misses_more_is_worse_and_the_other_way_round_better() -> None:
    worse, better = marks(GOOD, DEAF, rows()), marks(DEAF, GOOD, rows())
    assert (worse["auroc"], worse["f1"], worse["ece"]) == (Mark.worse,) * 3
    assert (better["auroc"], better["f1"], better["ece"]) == (Mark.better,) * 3
    assert worse["false_positive_rate"] == Mark.same  # neither raises a false alarm


def test_more_false_alarms_are_worse_though_the_number_is_larger() -> None:
    (found,) = (
        each
        for each in compare(rows(), GOOD, RASH, progress)
        if (each.category, each.language, each.figure) == ("hate", "en", "false_positive_rate")
    )
    assert found.mark == Mark.worse
    assert found.difference is not None
    assert found.difference > 0
    assert found.interval is not None
    assert found.interval[0] is not None
    assert found.interval[0] > 0


def test_the_same_order_at_another_operating_point_differs_only_there() -> None:
    found = marks(GOOD, SHY, rows())
    assert (found["auroc"], found["f1"], found["false_positive_rate"]) == (Mark.same, Mark.worse, Mark.same)


def test_a_handful_of_rows_is_called_neither_better_nor_worse() -> None:
    assert set(marks(GOOD, DEAF, rows(4)).values()) == {Mark.few}


def test_benign_rows_alone_tell_of_false_alarms() -> None:
    benign = [each for each in rows() if not each.truth[ANY]]
    found = marks(GOOD, RASH, benign)
    assert found == {"false_positive_rate": Mark.worse, "ece": Mark.few}


def test_a_language_that_only_one_covers_is_lost_or_new() -> None:
    wide, narrow = GOOD, Words(GOOD.scores, covers=("en",))
    examples = [*rows(), *rows(language="de")]

    def alone(a: Words, b: Words, mark: Mark) -> list[Compared]:
        return [each for each in compare(examples, a, b, progress) if each.mark == mark]

    (lost,) = alone(wide, narrow, Mark.lost)
    assert (lost.category, lost.language, lost.figure, lost.rows) == ("hate", "de", None, 80)
    (new,) = alone(narrow, wide, Mark.new)
    assert (new.category, new.language) == ("hate", "de")
