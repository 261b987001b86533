"""Tables and series say what happened: counts add up, and harm is what the items waited."""

import xml.etree.ElementTree as ET
from datetime import date

import numpy as np
import pytest
from rich.cells import cell_len

from moderation.simulation import plots, summary
from moderation.simulation.replay import Outcome, replay
from tests.unit.simulation.building import ground, scenario, seats

WORDS = plots.Words("waits", "oldest", "harm", "days", "posts")


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return replay(scenario(posts=20_000), ground(), seats(1, 1), seed=1)


def test_what_came_was_decided_or_waits(outcome: Outcome) -> None:
    (day,) = summary.by_worker_day(outcome)
    assert day.arrived == len(outcome.posts.at) == day.decided + day.backlog
    assert day.backlog <= day.peak < day.arrived


def test_what_was_flagged_was_reviewed_or_waits(outcome: Outcome) -> None:
    days = summary.by_desk(outcome)
    assert [(day.day, day.desk) for day in days] == [(1, "zh"), (1, "en")]
    assert sum(day.arrived for day in days) == len(outcome.items.at)
    assert all(day.arrived == day.reviewed + day.backlog for day in days)
    assert any(day.backlog for day in days)
    assert sum(wait.items for wait in summary.by_severity(outcome).values()) == len(outcome.items.at)


def test_harm_is_weight_times_hours_waited_however_it_is_cut(outcome: Outcome) -> None:
    items = outcome.items
    hours = (np.minimum(outcome.reviewed.limited, outcome.end) - items.at) / 3600
    total = float(items.weight @ hours)
    by_day = sum(day.harm for day in summary.by_desk(outcome))
    by_hour = sum(sum(each.harm) for each in summary.series(outcome).values())
    assert by_day == pytest.approx(total)
    assert by_hour == pytest.approx(total, rel=1e-4)


def test_series_show_what_waits_at_the_end_of_each_hour(outcome: Outcome) -> None:
    drawn = summary.series(outcome)
    items, done = outcome.items, outcome.reviewed.done
    for number, desk in enumerate(("zh", "en")):
        for hour in (1, 7, 24):
            waits = (items.desk == number) & (items.at < hour * 3600) & (done > hour * 3600)
            assert drawn[desk].backlog[hour - 1] == waits.sum()
            oldest = hour - items.at[waits].min() / 3600 if waits.any() else 0
            assert drawn[desk].oldest_h[hour - 1] == pytest.approx(oldest, abs=1e-3)
    assert drawn["workers"].backlog[-1] == np.isinf(outcome.judged.decided).sum()


def test_late_is_what_was_not_decided_in_time(outcome: Outcome) -> None:
    waits = summary.by_severity(outcome)
    critical = (outcome.items.desk == 0) & (outcome.items.severity == 4)
    waited = np.minimum(outcome.reviewed.done, outcome.end) - outcome.items.at
    assert waits["zh", "critical"].late == pytest.approx((waited[critical] > 900).mean())


def test_without_seats_all_waits_and_with_many_nothing_is_late() -> None:
    small = scenario(posts=4_000)
    none, many = (replay(small, ground(), seats(number, number), seed=1) for number in (0, 60))
    assert all(day.reviewed == 0 and day.backlog == day.arrived for day in summary.by_desk(none))
    assert all(wait.late < 0.01 for wait in summary.by_severity(many).values())


def test_the_same_seed_says_the_same() -> None:
    first, second = (replay(scenario(), ground(), seats(1, 1), seed=7) for _ in range(2))
    assert summary.by_desk(first) == summary.by_desk(second)
    assert summary.series(first) == summary.series(second)


class TestPlots:
    def test_a_terminal_of_80_columns_is_wide_enough(self, outcome: Outcome) -> None:
        lines = plots.terminal(summary.series(outcome), WORDS).splitlines()
        assert all(cell_len(line) <= 80 for line in lines)
        assert len(lines) == 3 * 7 + 1
        assert [line for line in lines if "waits" in line] == [f"{'zh: waits':<41}en: waits"]

    def test_wide_words_keep_the_columns(self, outcome: Outcome) -> None:
        chinese = plots.Words("待审条目", "最久等待（小时）", "每小时等待危害", "横轴：天", "待判内容")
        titles = [line for line in plots.terminal(summary.series(outcome), chinese).splitlines() if "en: " in line]
        assert [cell_len(line[: line.index("en: ")]) for line in titles] == [41, 41, 41]

    def test_nothing_that_waits_is_a_flat_line(self, outcome: Outcome) -> None:
        flat = {name: nothing(each) for name, each in summary.series(outcome).items()}
        assert "1|" in plots.terminal(flat, WORDS)

    @pytest.mark.slow
    def test_the_picture_is_well_formed_and_the_same_again(self, outcome: Outcome) -> None:
        first, second = (plots.picture(summary.series(outcome), date(2025, 1, 13), WORDS) for _ in range(2))
        assert first == second
        root = ET.fromstring(first.encode())
        said = {"".join(text.itertext()).strip() for text in root.iter("{http://www.w3.org/2000/svg}text")}
        assert {"waits", "oldest", "harm", "posts", "zh", "en", "days (2025-01-13 = 1)"} <= said


def nothing(series: summary.Series) -> summary.Series:
    return summary.Series([0] * len(series.backlog), [0.0] * len(series.oldest_h), [0.0] * len(series.harm))
