"""`review show` and `claim` say what weighed most in the scores that concern a reviewer, in both languages."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner, Result

from moderation.classifiers.explain import Explained, Weighed, WeighedSignal
from moderation.classifiers.tiers import load_tiers
from moderation.cli import cli
from moderation.cli.weighed import foremost, weigh, weighed_lines
from moderation.domain.decision import Action, Versions
from moderation.domain.language import Language
from moderation.storage.sql import SqlStore
from tests.support.builders import a_decision, a_match, a_need, a_post
from tests.support.models import Words
from tests.support.tiers import write_tiers

pytestmark = pytest.mark.slow  # models are loaded

TEXT = "my neighbours are not vermin"
MATCHED = a_match("hate.vermin", category="hate")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiers(tmp_path_factory.mktemp("models"))


class Desk(NamedTuple):
    """A pool with one item, and the models that explain it."""

    folder: Path
    models: Path

    def put(self, text: str = TEXT, **fields: Any) -> None:
        """Let a post wait, decided by the models of the desk where ``fields`` say nothing else."""
        scores = load_tiers(self.models)([text], [Language("en", shares={"en": 1.0})])[0]
        versions = Versions("0.1.0", "sha256:0", load_tiers(self.models).versions)
        post = a_post(text=text)
        waits = a_decision(post, Action.hold, a_need("zh"), scores=scores, versions=versions)
        store = SqlStore.at(self.folder / "pool.sqlite3")
        store.add_posts([post], "unit", time.time())
        assert store.commit("unit", [waits._replace(**fields)], time.time()) == 1
        store.close()

    def says(self, *arguments: str) -> Result:
        """What a command of `review` says."""
        env = {
            "MODERATION_STORE_URL": f"sqlite:///{self.folder}/pool.sqlite3",
            "MODERATION_MODELS__CLASSIFIERS": str(self.models),
            "MODERATION_LANGUAGE__DOUBTFUL": "none",
        }
        result = CliRunner().invoke(cli, ("review", *arguments), env=env, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result

    def explained(self, *arguments: str) -> list[str]:
        """The lines on scores."""
        lines = self.says(*arguments).stdout.splitlines()
        return [line for line in lines if line.startswith(("  ~ ", "    against", "    反对", "  ! "))]


@pytest.fixture
def desk(tmp_path: Path, models: Path) -> Desk:
    return Desk(tmp_path, models)


EN = """
  ~ hate 0.8630 (fast tier and second reader): for a group, with dehumanising words close by \
[neighbours, vermin] 1.80; [vermin] 1.50; [ver] 0.52
    against dehumanising words about a group, denied [neighbours, vermin] 2.40; [not] 0.75
"""
ZH = """
  ~ hate 0.8630（快速模型加精读模型）：支持 提到群体，紧邻处有非人化的说法 [neighbours, vermin] 1.80；\
[vermin] 1.50；[ver] 0.52
    反对 对群体的非人化说法，但被否定 [neighbours, vermin] 2.40；[not] 0.75
"""


@pytest.mark.parametrize("command", [("show", "1"), ("claim", "--desk", "zh")], ids="/".join)
@pytest.mark.parametrize(("lang", "said"), [("en", EN), ("zh", ZH)])
def test_an_item_says_what_weighed_for_and_against(desk: Desk, command: tuple[str, ...], lang: str, said: str) -> None:
    desk.put()
    assert desk.explained(*command, "--lang", lang) == said.splitlines()[1:]


CONCERN = [
    # scores, matches, which are explained
    ({"hate": 0.2, "profanity": 0.06}, (), {"hate"}),
    ({"hate": 0.19, "profanity": 0.06}, (), set()),
    ({"hate": 0.19, "profanity": 0.06}, (MATCHED,), {"hate"}),
    ({"hate": 0.5, "profanity": 0.06}, (replace(MATCHED, category="profanity"),), {"hate", "profanity"}),
    ({}, (MATCHED,), set()),  # nothing scored what a rule of words matched
]


@pytest.mark.parametrize(("scores", "matches", "explained"), CONCERN)
def test_only_what_concerns_the_reviewer_is_explained(
    desk: Desk, scores: Mapping[str, float], matches: tuple[Any, ...], explained: set[str]
) -> None:
    desk.put(scores=scores, matches=matches)
    said = json.loads(desk.says("show", "1", "--json").stdout)
    assert {told["category"] for told in said["scores_explained"]} == explained
    assert said["explained_by_other_models"] is False


def test_scripts_read_both_probabilities(desk: Desk) -> None:
    desk.put(scores={"hate": 0.5})
    (told,) = json.loads(desk.says("claim", "--desk", "zh", "--with", "scores", "--json").stdout)["scores_explained"]
    assert (told["decided"], told["probability"], told["tier"]) == (0.5, 0.863, "reader")
    assert told["words"] == [{"text": "vermin", "weight": 1.5}, {"text": "not", "weight": -0.75}]
    assert desk.explained("show", "1")[0].startswith("  ~ hate 0.8630, decided 0.5000 (")


@pytest.mark.parametrize(
    "change", [{"reader": "another"}, {"recalibration": "since withdrawn"}], ids=["a reader", "a recalibration"]
)
def test_other_models_than_those_that_decided_are_named(desk: Desk, change: dict[str, str]) -> None:
    decided = {**load_tiers(desk.models).versions, "language": "any", **change}
    desk.put(versions=Versions("0.1.0", "sha256:0", decided))
    assert desk.explained("show", "1")[-1] == "  ! explained by other models than decided"
    assert desk.explained("show", "1", "--lang", "zh")[-1] == "  ! 解释所用的模型与判定时不同"
    assert json.loads(desk.says("show", "1", "--json").stdout)["explained_by_other_models"] is True


@pytest.mark.slow
def test_a_doubtful_post_is_explained_in_the_languages_that_it_may_be_in(desk: Desk) -> None:
    doubtful = Language("pt", 0.4, doubtful=True, shares={"pt": 1.0})  # or English, which a decision does not say
    desk.put("no vermin", language=doubtful, scores={"hate": 0.9})
    (told,) = json.loads(desk.says("show", "1", "--json").stdout)["scores_explained"]
    assert told["language"] == "en"


def test_an_item_and_its_lease_reach_the_reviewer_where_the_models_cannot_be_read(desk: Desk, tmp_path: Path) -> None:
    desk.put()
    away = Desk(desk.folder, tmp_path / "away")
    result = away.says("claim", "--desk", "zh", "--lang", "zh")
    assert "--lease" in result.stdout
    assert result.stderr.startswith(f"无法解释得分：no models in {tmp_path / 'away'}")
    assert TEXT not in result.stderr
    assert json.loads(away.says("show", "1", "--json").stdout)["scores_explained"] is None


def test_a_classifier_of_another_kind_explains_nothing() -> None:
    assert weigh(Words({"hate": {"vermin": 0.9}}), a_post(text=TEXT), Language("en", shares={"en": 1.0})) == []


def told(category: str, probability: float, *ngrams: Weighed, **parts: Any) -> Explained:
    """An explanation of the fast tier."""
    return Explained(category, "en", probability, ngrams, parts.get("signals", ()), parts.get("words", ()), False)


def test_what_a_post_says_is_shown_as_it_is() -> None:
    hidden = told(
        "hate", 0.5, Weighed("ver\x1b[1m", 0.3), words=(Weighed("a\u202eb", 2.0),),
        signals=(WeighedSignal("group", ("c\u202ed",), 1.0),),
    )  # fmt: skip
    (line,) = weighed_lines(hidden, 0.5, "en")
    assert line.endswith(": for [a<U+202E>b] 2.00; a group [c<U+202E>d] 1.00; [ver<U+001B>[1m] 0.30")


def test_of_n_grams_within_one_another_the_heaviest_is_told() -> None:
    several = told("hate", 0.5, *(Weighed(text, w) for text, w in [("verm", 0.5), ("vermin", 0.4), ("rats", 0.3)]))
    (line,) = weighed_lines(several, 0.5, "en")
    assert line.endswith(": for [verm] 0.50; [rats] 0.30")


def test_a_score_that_rests_on_nothing_says_so() -> None:
    assert list(weighed_lines(told("hate", 0.5), 0.5, "zh")) == ["hate 0.5000（快速模型）：没有哪一部分影响明显"]


def test_three_at_most_are_foremost_and_what_rules_ask_for_comes_first() -> None:
    some = [told("spam", 0.9), told("scam", 0.8), told("hate", 0.7), told("sexual", 0.06), told("privacy", 0.049)]
    assert [one.category for one in foremost(some, {"sexual", "privacy"})] == ["sexual", "spam", "scam"]
    assert [one.category for one in foremost(some, ())] == ["spam", "scam", "hate"]
