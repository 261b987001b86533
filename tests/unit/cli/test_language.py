"""`moderation language explain`: the layer that decided, the spans, where the post goes, the rules that look at it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from moderation.cli import cli
from moderation.domain.errors import RefusedPost, UsageError

POSTS: Mapping[str, dict[str, Any]] = {
    "chinese": {"text": "姐妹们加V看主页"},
    "mixed": {"text": "今天的OOTD太cute了", "title": "这是标题"},
    "halves": {"text": "我今天去买菜 it was raining all day and I got totally wet"},
    "pinyin": {"text": "wo men ming tian yi qi qu chi huo guo"},
    "english": {"text": "The weather was lovely, so we walked along the river all afternoon."},
    "german": {"text": "Heute war das Wetter so schön, dass wir am Fluss spazieren gegangen sind."},
    "doubtful": {"text": "ok la"},
    "hindi": {"text": "kya kar rahe ho bhai, mujhe batao na"},
    "hostile": {"text": "plain words and then \u202e\x1b[31m more of them"},
    "numbers": {"text": "666"},
}


@pytest.fixture(autouse=True)
def _light(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODERATION_LANGUAGE__DOUBTFUL", "none")


@pytest.fixture(scope="module")
def posts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("posts") / "posts.jsonl"
    lines = [json.dumps({"id": name, **post}, ensure_ascii=False) for name, post in POSTS.items()]
    lines.insert(1, '{"id": "refused", "text": 7}')
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def explain(*words: str) -> Result:
    return CliRunner().invoke(cli, ["language", "explain", *words], catch_exceptions=False)


@pytest.fixture(scope="module")
def said(posts: Path) -> dict[str, dict[str, Any]]:
    result = CliRunner().invoke(
        cli, ["language", "explain", "--file", str(posts), "--json"], env={"MODERATION_LANGUAGE__DOUBTFUL": "none"}
    )
    assert result.exit_code == 0
    assert result.stderr.strip() == "line 2: text: must be a string, not a number"
    return {one["post_id"]: one for one in map(json.loads, result.stdout.splitlines())}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("post", "tag", "by", "queue", "desk"),
    [
        ("chinese", "zh-Hans", "characters", "judge.zh", "zh"),
        ("pinyin", "zh-Latn-pinyin", "pinyin", "judge.zh", "zh"),
        ("english", "en", "profiles", "judge.en", "en"),
        ("german", "de", "profiles", "judge.world", "en"),
        ("hindi", "hi-Latn", "words", "judge.world", "en"),
    ],
)
def test_the_layer_the_queue_and_the_desk(
    said: dict[str, dict[str, Any]], post: str, tag: str, by: str, queue: str, desk: str
) -> None:
    one = said[post]
    main = next(script for script in one["scripts"] if script["tag"] == tag)
    assert (one["language"]["tag"], main["by"], one["queue"], one["desk"]) == (tag, by, queue, desk)
    assert not one["language"]["doubtful"]
    assert one["language"]["confidence"] >= one["doubtful_below"]


@pytest.mark.slow
def test_a_doubtful_post_goes_to_both_desks_and_names_its_candidates(said: dict[str, dict[str, Any]]) -> None:
    one = said["doubtful"]
    assert one["language"]["doubtful"]
    assert one["language"]["confidence"] < one["doubtful_below"]
    assert len(one["language"]["candidates"]) > 1
    assert (one["queue"], one["desk"]) == ("judge.world", "both")
    (latin,) = one["scripts"]
    scores = [score for _, score in latin["profiles"]]
    assert scores == sorted(scores, reverse=True)
    rule_languages = set(one["rules"]["languages"])
    assert rule_languages & set(one["language"]["candidates"])


@pytest.mark.slow
def test_spans_are_slices_of_their_fields(said: dict[str, dict[str, Any]]) -> None:
    for name, post in POSTS.items():
        for field, start, end, _, text in said[name]["language"]["spans"]:
            assert post[field][start:end] == text
    assert {span[0] for span in said["mixed"]["language"]["spans"]} == {"title", "text"}
    assert ["text", 3, 7, "en", "OOTD"] in said["mixed"]["language"]["spans"]


@pytest.mark.slow
def test_a_post_that_each_desk_reads_half_of_goes_to_both(said: dict[str, dict[str, Any]]) -> None:
    assert said["halves"]["desk"] == "both"
    assert {"zh", "en", "*"} <= set(said["halves"]["rules"]["languages"])


@pytest.mark.slow
def test_a_post_without_letters_is_looked_at_by_the_rules_for_all(said: dict[str, dict[str, Any]]) -> None:
    one = said["numbers"]
    assert (one["language"]["tag"], one["scripts"], one["language"]["spans"]) == ("und", [], [])
    assert one["rules"]["languages"] == ["*"]
    assert 0 < one["rules"]["looking"] < one["rules"]["of"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("decided by", "both desks", "DOUBTFUL", "desk zh")),
        ("zh", ("判定依据", "两个审核台", "存疑", "中文审核台")),
    ],
)
def test_a_person_reads_it_in_either_language(posts: Path, lang: str, words: tuple[str, ...]) -> None:
    result = explain("--file", str(posts), "--lang", lang)
    assert result.exit_code == 0
    assert all(word in result.stdout for word in words)
    assert "\x1b[31m" not in result.stdout
    assert "\u202e" not in result.stdout
    assert "<U+202E><U+001B>[31m" in result.stdout


@pytest.mark.slow
def test_a_post_that_the_door_refuses_is_refused() -> None:
    with pytest.raises(RefusedPost, match="NUL"):
        explain("a\x00b")


@pytest.mark.parametrize("words", [(), ("text", "--file", "-")])
def test_one_of_text_and_file_is_needed(words: tuple[str, ...]) -> None:
    result = explain(*words)
    assert result.exit_code == 2
    assert "--file" in result.output


@pytest.mark.slow
def test_a_file_that_is_not_there_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        explain("--file", "absent.jsonl")


@pytest.mark.slow
def test_rules_explain_names_the_layer_and_the_doubt() -> None:
    def first(text: str, lang: str) -> str:
        result = CliRunner().invoke(cli, ["rules", "explain", "--post", text, "--lang", lang], catch_exceptions=False)
        assert result.exit_code == 0
        return result.stdout.splitlines()[0]

    assert first("姐妹们加V看主页", "en").startswith("Language: zh-Hans; confidence 0.99 (characters); shares: zh-Hans")
    doubtful = first("ok la", "zh")
    assert "(统计模型)" in doubtful
    assert "存疑" in doubtful
