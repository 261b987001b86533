import gzip
import json
from pathlib import Path

import pytest

from moderation.domain.errors import UsageError
from moderation.training.data import Corpus, read_corpus, split_of, teaching_rows
from moderation.training.sources import FAMILIES, HEAD_OF_LABEL, HEADS, SOURCES, UNUSED
from tests.support.corpus import teach_little


@pytest.fixture(autouse=True)
def _little_teaching(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The teaching corpus has tests of its own, and composing it takes seconds."""
    teach_little(monkeypatch, tmp_path_factory.mktemp("teaching"))


def write(path: Path, *rows: dict[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    body = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(body) if path.suffix == ".gz" else body)


def row(text: str, labels: list[str], violating: int | None, lang: str = "en", **more: object) -> dict[str, object]:
    return {"text": text, "lang": lang, "labels": labels, "violating": violating, **more}


def values(corpus: Corpus, text: str) -> dict[str, bool]:
    return dict(next(found.values for found in corpus.rows if found.text == text))


SETTLED = [
    # source, labels, violating → value by head, and why
    ("cold_zh", ["hate"], 1, {"hate": True}),  # an offensive row says nothing of insults
    ("cold_zh", ["benign"], 0, {"hate": False, "harassment": False, "spam": False, "scam": False}),
    ("davidson_en", ["profanity"], None, {"profanity": True, "hate": False}),  # judged offensive and not hate
    ("davidson_en", ["hate"], 1, {"hate": True}),
    ("davidson_en", ["benign"], 0, {"hate": False, "profanity": False}),
    ("hatexplain_en", ["insult"], 1, {"hate": False, "harassment": True}),
    ("hatexplain_en", ["hate"], 1, {"hate": True}),  # may insult as well: harassment is not settled
    ("paradetox_en", ["profanity", "insult"], 1, {"profanity": True}),
    ("paradetox_en", ["benign"], 0, {"profanity": False}),  # a polite rewrite may stay hostile
    ("threatgram_en", [], None, {"violence": False}),
    ("threatgram_en", ["violence"], 1, {"violence": True}),
    ("trac1_en", ["insult"], 1, {}),  # aggression is no violation
    ("trac1_en", [], None, {}),
    ("trac1_en", ["benign"], 0, {"hate": False, "harassment": False, "violence": False}),
    ("tgspam_ru_en", ["spam"], 1, {"spam": True}),
    ("afrisenti_social", [], None, {}),
]


@pytest.mark.parametrize(("source", "labels", "violating", "expected"), SETTLED)
def test_a_row_counts_only_for_the_heads_that_its_source_settles(
    tmp_path: Path, source: str, labels: list[str], violating: int | None, expected: dict[str, bool]
) -> None:
    write(tmp_path / "train" / f"{source}.jsonl.gz", row("a text", labels, violating))
    found = values(read_corpus(tmp_path), "a text")
    assert {head: found.get(head) for head in expected} == expected
    if source != "cold_zh" or violating:  # cold's benign rows settle more than the table above repeats
        assert found == expected


def test_rows_of_a_test_split_are_never_read(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", row("kept", [], 0, split="dev"), row("left out", [], 0, split="test"))
    texts = {found.text for found in read_corpus(tmp_path).rows}
    assert "kept" in texts
    assert "left out" not in texts


def test_texts_that_fold_alike_are_one_row_and_contradictions_are_unknown(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", row("Same  TEXT", ["hate"], 1), row("other", ["spam"], 1))
    write(tmp_path / "b.jsonl", row("same text", ["benign"], 0))
    corpus = read_corpus(tmp_path)
    assert sum(found.text == "same text" for found in corpus.rows) == 1
    found = values(corpus, "same text")
    assert "hate" not in found
    assert found["spam"] is False


def test_the_split_is_a_fifth_and_does_not_move() -> None:
    splits = [split_of(f"text number {n}") for n in range(5000)]
    assert 0.77 < splits.count("train") / 5000 < 0.83
    assert 0.08 < splits.count("calibrate") / 5000 < 0.12
    assert 0.08 < splits.count("report") / 5000 < 0.12
    assert [split_of(text) for text in ("hello", "你好", "加v看主页")] == ["train", "train", "train"]


def test_regional_variants_are_one_language(tmp_path: Path) -> None:
    tags = ["zh-Hant", "yue", "en-GB", "pt-BR", "zh"]
    write(tmp_path / "a.jsonl", *(row(f"text {tag}", [], 0, tag) for tag in tags))
    langs = {found.text: found.lang for found in read_corpus(tmp_path).rows}
    assert [langs[f"text {tag.lower()}"] for tag in tags] == ["zh", "zh", "en", "pt", "zh"]


@pytest.mark.parametrize("line", ["{", "[]", '{"lang": "en"}', '{"text": "x"}', "3"])
def test_a_line_that_is_no_labelled_text_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text('{"text": "fine", "lang": "en", "labels": []}\n' + line + "\n")
    with pytest.raises(UsageError, match=r"bad\.jsonl:2"):
        read_corpus(tmp_path)


def test_a_folder_without_labelled_texts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--data"):
        read_corpus(tmp_path)


def test_a_source_that_was_left_out_on_purpose_is_not_read(tmp_path: Path) -> None:
    for name in UNUSED:
        write(tmp_path / f"{name}.jsonl", row(f"a text of {name}", ["hate"], 1))
    write(tmp_path / "mine.jsonl", row("mine", ["hate"], 1))
    corpus = read_corpus(tmp_path)
    assert not UNUSED & corpus.digests.keys()
    assert not any(found.text.startswith("a text of") for found in corpus.rows)
    assert values(corpus, "mine") == {"hate": True}


def test_everyday_text_weighs_less_and_is_marked(tmp_path: Path) -> None:
    write(tmp_path / "benign_common_voice.jsonl", row("the kettle is on", [], 0))
    write(tmp_path / "mine.jsonl", row("the other kettle", [], 0))
    found = {each.text: each for each in read_corpus(tmp_path).rows}
    everyday, mine = found["the kettle is on"], found["the other kettle"]
    assert (everyday.ordinary, mine.ordinary) == (True, False)
    assert everyday.weight < mine.weight
    assert set(everyday.values) == set(HEADS)


def test_requests_are_a_part_of_the_translations(tmp_path: Path) -> None:
    write(tmp_path / "train" / "mine.jsonl", row("mine", [], 0))
    (tmp_path / "parallel").mkdir()
    lines = "".join(f"k{n}\tde-DE\twecke mich um {n}\n" for n in range(640))
    (tmp_path / "parallel" / "massive.tsv.gz").write_bytes(gzip.compress(lines.encode()))
    corpus = read_corpus(tmp_path)
    requests = [found for found in corpus.rows if found.source == "massive"]
    assert 5 <= len(requests) <= 50  # one in 32
    assert {(found.lang, found.ordinary) for found in requests} == {("de", True)}
    assert "massive" in corpus.digests


# The teaching corpus


def test_the_teaching_corpus_is_in_every_corpus_with_its_digests(tmp_path: Path) -> None:
    write(tmp_path / "mine.jsonl", row("mine", [], 0))
    corpus = read_corpus(tmp_path)
    taught = [found for found in corpus.rows if found.source == "teaching"]
    assert any("bread" in found.text for found in taught)
    assert "bakers are nothing but crumbs" in {found.text for found in taught}
    assert {"mine", "teaching/seeds/en.jsonl", "teaching/patterns/en.yaml", "teaching/lexicons/en.yaml"} <= set(
        corpus.digests
    )


def test_of_a_violating_sentence_the_other_harms_of_its_family_are_unknown() -> None:
    found = {each.text: dict(each.values) for each in teaching_rows(1)}
    violating, benign = found["bakers are nothing but crumbs"], found["the table is full of crumbs"]
    family = next(family for family in FAMILIES if "hate" in family)
    assert violating["hate"] is True
    assert {head for head in HEADS if head not in violating} == family - {"hate"}
    assert {violating[head] for head in violating if head != "hate"} == {False}
    assert benign == dict.fromkeys(HEADS, False)


def test_another_seed_composes_other_sentences_and_the_same_seed_the_same() -> None:
    one, same = ([each.text for each in teaching_rows(1)] for _ in range(2))
    assert one == same
    assert {tuple(each.text for each in teaching_rows(seed)) for seed in (2, 3, 4)} != {tuple(one)}


@pytest.mark.slow
def test_what_is_held_out_is_in_both_halves_and_never_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # the whole corpus
    splits = {"train": 0, "calibrate": 0, "report": 0}
    trained, held = set(), set()
    for each in teaching_rows(1):
        splits[each.split] += 1
        (trained if each.split == "train" else held).add(each.text)
    assert splits["train"] > 10 * splits["calibrate"]
    assert 0.8 < splits["calibrate"] / splits["report"] < 1.25
    assert len(trained & held) < 0.02 * len(held)


def test_the_table_of_sources_speaks_of_known_heads_and_gives_reasons() -> None:
    for name, source in SOURCES.items():
        assert source.reason, name
        assert source.positive | source.settled | source.benign | source.null_settled <= set(HEADS), name
        assert source.settled <= source.positive | {"spam", "ad_diversion", "scam", "self_harm", "sexual"}, name
        assert not (source.ordinary and source.positive), name
    assert set(HEAD_OF_LABEL.values()) == set(HEADS)
    assert not FAMILIES[0] & FAMILIES[1]


@pytest.mark.data
@pytest.mark.slow
def test_every_file_of_labelled_posts_has_its_place_in_the_table(data_dir: Path) -> None:
    names = {path.name.partition(".")[0] for path in (data_dir / "train").glob("*.jsonl.gz")}
    assert names - UNUSED == set(SOURCES) - {"massive", "teaching"}
