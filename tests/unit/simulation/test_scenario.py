"""A scenario says what is wrong with it, and where."""

from pathlib import Path

import pytest

from moderation.domain.errors import UsageError
from moderation.simulation.scenario import Shift, load_scenario, seats_by_hour
from tests.unit.simulation.building import WAVE

TEXT = WAVE.read_text(encoding="utf-8")


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("posts: 345000", "posts: many", "posts: Input should be a valid integer"),
        ("days: 7", "days: 0", "days: Input should be greater than or equal to 1"),
        ("sigma: 1.83", "sigma: -1", "views.sigma: Input should be greater"),
        ("established: 0.7", "established: 1.5", "established: Input should be less"),
        ("desk: zh", "desk: fr", "desks.shifts.0.desk: Input should be 'zh' or 'en'"),
        ("slow_share: 0.142", "slow_shar: 0.142", "workers.slow_shar: Extra inputs are not permitted"),
        ("[48, 74, 34, 17, 8, 5, 4]", "[48, 74]", "crowds.newcomers.days: has 2 numbers, but `days` is 7"),
        ("{hate: 203,", "{hat: 203,", "findings.zh.categories: Value error, no category `hat`; the categories: hate,"),
        ("{zh: 97.6, yue: 2.4}", "{zh: 0}", "needs a weight above 0"),
        ("start: 2025-01-13", "start: soon", "start: Input should be a valid date"),
        ("posts: 345000", "posts: 1\nposts: 2", "duplicate key `posts`"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    file = tmp_path / "wave.yaml"
    assert old in TEXT
    changed = TEXT.replace(old, new, 1)
    file.write_text(changed, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_scenario(file)
    said = next(line for line in str(caught.value).splitlines() if message in line)
    line = line_of(changed, new) + new.count("\n")
    assert said.startswith(f"{file}:{line}:")


def test_findings_for_all_other_languages_are_needed(tmp_path: Path) -> None:
    file = tmp_path / "wave.yaml"
    file.write_text(TEXT.replace('  "*": {flagged', "  fr: {flagged", 1), encoding="utf-8")
    with pytest.raises(UsageError, match=r'findings: needs an entry `"\*"`'):
        load_scenario(file)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file: Input should be"),
        (b"\xff", "is not UTF-8"),
        (b"- 1\n", "the file: Input should be"),
        (b"a: [", "Y001"),
    ],
)
def test_what_is_no_scenario_at_all_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "wave.yaml"
    file.write_bytes(content)
    with pytest.raises(UsageError, match=message):
        load_scenario(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.yaml: cannot be read \(No such file or directory\); give --scenario"):
        load_scenario(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("begins", "ends", "from_day", "covered", "uncovered"),
    [
        (8, 16, 1, [(0, 8), (0, 15), (6, 12)], [(0, 7), (0, 16)]),
        (22, 6, 2, [(1, 22), (1, 23), (2, 0), (2, 5)], [(0, 23), (1, 5), (2, 6), (2, 21)]),
        (0, 24, 1, [(0, 0), (0, 23)], []),
        (16, 24, 3, [(2, 23)], [(1, 23), (3, 0)]),
        (9, 9, 1, [(0, 9), (1, 3)], [(0, 8)]),
    ],
)
def test_a_shift_covers_its_hours(
    begins: int, ends: int, from_day: int, covered: list[tuple[int, int]], uncovered: list[tuple[int, int]]
) -> None:
    shift = Shift.model_validate({"desk": "zh", "seats": 1, "from": begins, "to": ends, "from_day": from_day})
    assert all(shift.covers(*moment) for moment in covered)
    assert not any(shift.covers(*moment) for moment in uncovered)


def test_seats_of_shifts_add_up() -> None:
    seats = seats_by_hour(load_scenario(WAVE))
    assert seats["zh"][:24] == [2] * 16 + [0] * 8
    assert [sum(seats["en"][day * 24 : day * 24 + 24]) for day in range(7)] == [8, 8, 16, 16, 24, 24, 24]
