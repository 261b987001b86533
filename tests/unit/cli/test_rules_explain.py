"""``moderation rules explain --post``: why, why not, the nearest miss first; one post or several."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from moderation.cli.rules import command
from moderation.domain.errors import UsageError
from tests.support.tiers import write_tiers
from tests.unit.policy.building import rule

pytestmark = pytest.mark.slow  # a pipeline is assembled


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiers(tmp_path_factory.mktemp("models"))


@pytest.fixture(autouse=True)
def _small_models(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODERATION_MODELS__CLASSIFIERS", str(models))


def _run(*arguments: str, rules: Path) -> Result:
    return CliRunner().invoke(command, ["explain", *arguments, "--rules", str(rules)])


def _said(*arguments: str, rules: Path) -> dict[str, Any]:
    result = _run(*arguments, "--json", rules=rules)
    assert result.exit_code == 0, result.output
    said: dict[str, Any] = json.loads(result.stdout)
    return said


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two rules on the same words, one nearer than the other, and one that counts."""
    words = "{invite: {words: [join us]}, price: {words: [cheap]}, free: {words: [free]}}"
    texts = {
        "near": rule(id="spam.near", detect=words, condition="invite and price"),
        "far": rule(id="spam.far", detect=words, condition="invite and price and free"),
        "burst": rule(
            id="spam.burst",
            detect="{invite: {words: [join us]}, often: {count: {of: posts, within: 10m}, gte: 3}}",
            condition="invite and often",
        ),
        "copies": rule(
            id="spam.copies",
            detect="{invite: {words: [join us]}, copies: {near_duplicates: {within: 1h, distinct_authors: 3}}}",
            condition="invite and copies",
        ),
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    return tmp_path


def _post(number: int, author: str = "u-1") -> dict[str, object]:
    text = "Please join us at the harbour tomorrow, everybody is welcome"
    at = f"2026-11-20T08:0{number}:00Z"
    return {"id": f"n-{number}", "text": text, "author": {"id": author}, "created_at": at}


def test_the_nearest_rule_comes_first_and_says_what_is_missing(folder: Path) -> None:
    said = _said("--post", "please join us", rules=folder)
    ranked = [one["rule"] for one in said["rules"]]
    assert ranked.index("spam.near") < ranked.index("spam.far")
    near = next(one for one in said["rules"] if one["rule"] == "spam.near")
    assert near["nearest"] == [
        {
            "name": "price",
            "says": {"en": "none of its terms is there", "zh": "词表中的词均未出现"},
            "value": None,
            "limit": None,
            "short": None,
        }
    ]


def test_a_match_says_what_would_end_it_and_why_it_does_not_act(folder: Path) -> None:
    shown = _run("spam.near", "--post", "cheap, join us\u202e", rules=folder).stdout
    assert "  does not act:\n    its status is shadow: a match is recorded and never acts\n" in shown
    assert "  not to match, it would take:\n    invite: without `join us`\n" in shown
    chinese = _run("spam.near", "--post", "join us", "--lang", "zh", rules=folder).stdout
    assert "  要命中，需要改变：\n    price: 词表中的词均未出现\n" in chinese


@pytest.mark.parametrize("form", ["lines", "list"])
def test_of_several_posts_the_last_is_explained_and_those_before_it_count(folder: Path, form: str) -> None:
    posts = [_post(1), _post(2)]
    file = folder / "posts.jsonl"
    file.write_text(json.dumps(posts) if form == "list" else "\n".join(map(json.dumps, posts)) + "\n", "utf-8")
    said = _said("spam.burst", "--post", str(file), rules=folder)
    assert said["explained"] == {"post": "n-2", "of": 2}
    (step,) = said["rules"][0]["nearest"]
    assert (step["name"], step["says"]["en"]) == ("often", "2 posts in 10m, needs ≥ 3 (1 short)")
    shown = _run("spam.burst", "--post", str(file), rules=folder).stdout
    assert shown.startswith("Explained: the last of 2 posts; the others count as what came before\n")


def test_near_duplicates_among_several_posts_make_a_campaign(folder: Path) -> None:
    file = folder / "posts.jsonl"
    file.write_text("\n".join(json.dumps(_post(n, f"u-{n}")) for n in range(1, 4)), "utf-8")
    said = _said("spam.copies", "--post", str(file), rules=folder)
    assert said["rules"][0]["matched"]
    assert said["decision"]["campaign"]["authors"] == 3
    alone = _said("spam.copies", "--post", json.dumps(_post(3, "u-3")), rules=folder)
    assert alone["rules"][0]["nearest"][0]["says"]["en"] == "1 author in 1h, needs ≥ 3 (2 short)"


def test_a_line_that_is_no_post_is_named(folder: Path) -> None:
    file = folder / "posts.jsonl"
    file.write_text(json.dumps(_post(1)) + '\n\n{"id": "n-2"}\n', "utf-8")
    error = _run("spam.burst", "--post", str(file), rules=folder).exception
    assert isinstance(error, UsageError)
    assert str(error) == "line 3 of --post: text: is missing"


def test_a_text_of_several_lines_is_one_post(folder: Path) -> None:
    file = folder / "post.txt"
    file.write_text("please\njoin us\n[cheap]", "utf-8")
    said = _said("spam.near", "--post", str(file), rules=folder)
    assert said["explained"] == {"post": "post", "of": 1}
    assert said["rules"][0]["matched"]


VERMIN = "My neighbours are vermin and I am not going to tell you about it again \u202e"


def test_the_scores_are_explained_in_a_table_each(folder: Path) -> None:
    shown = _run("--post", VERMIN, rules=folder).stdout
    _, _, table = shown.partition("Action: approve\n")
    title, headings, _, *rows = table.splitlines()
    assert title.startswith("hate 0.")
    assert title.endswith(" (en; fast tier and second reader): what weighed most, in log-odds")
    assert [heading.strip() for heading in headings.split("|")] == ["weight", "as a", "in the post"]
    said = {tuple(cell.strip() for cell in row.split("|"))[1:] for row in rows if row.startswith("+")}
    assert ("word", "[vermin]") in said
    assert ("signal", "a group, with dehumanising words close by [neighbours, vermin]") in said
    assert [row.split("|")[2].strip() for row in rows if row.startswith("-0.75")] == ["[not]"]
    assert "\u202e" not in shown


def test_the_scores_are_explained_in_chinese(folder: Path) -> None:
    shown = _run("--post", VERMIN, "--lang", "zh", rules=folder).stdout
    assert "（en；快速模型加精读模型）：影响最大的部分（对数几率）\n" in shown
    assert "提到群体，紧邻处有非人化的说法 [neighbours, vermin]" in shown


def test_scripts_read_what_weighed_in_both_languages(folder: Path) -> None:
    hate, *_ = _said("--post", VERMIN, rules=folder)["scores_explained"]
    assert (hate["category"], hate["language"], hate["tier"]) == ("hate", "en", "reader")
    assert {"text": "vermin", "weight": 1.5} in hate["words"]
    said = {signal["name"]: signal for signal in hate["signals"]}
    assert said["group by dehumanise"] == {
        "name": "group by dehumanise",
        "says": {"en": "a group, with dehumanising words close by", "zh": "提到群体，紧邻处有非人化的说法"},
        "words": ["neighbours", "vermin"],
        "weight": 1.8,
    }
    assert hate["ngrams"][0].keys() == {"text", "weight"}


def test_an_improbable_category_and_a_language_without_models_are_not_explained(folder: Path) -> None:
    lovely = "What a lovely, lovely evening it was with all of you at the harbour"
    assert "hate" not in [told["category"] for told in _said("--post", lovely, rules=folder)["scores_explained"]]
    assert _said("--post", "今天和同学一起去看了画展，很开心", rules=folder)["scores_explained"] == []


@pytest.mark.parametrize(("category", "first"), [("hate", "hate"), ("profanity", "profanity")])
def test_what_a_rule_asks_for_is_explained_first(folder: Path, category: str, first: str) -> None:
    (folder / "scored.yaml").write_text(
        rule(id="spam.scored", detect=f"{{high: {{score: {category}, gte: 0.99}}}}", condition="high"), "utf-8"
    )
    told = _said("spam.scored", "--post", VERMIN + " blimey", rules=folder)["scores_explained"]
    assert len(told) == 2
    assert told[0]["category"] == first
