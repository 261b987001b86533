"""What the parser makes of a sentence: who, what, and how it is meant."""

import pytest

from moderation.classifiers.fast import read_signals
from moderation.classifiers.lexicon import CUES, read_lexicons
from moderation.classifiers.signals import NAMES
from moderation.folding.fold import text_of

LEXICONS = read_lexicons(
    {
        "en": [
            ("neighbours", "group"),
            ("strangers", "group"),
            ("outsiders", "slur"),
            ("vermin", "dehumanise"),
            ("get out", "exclude"),
            ("hurt", "threaten"),
            ("stupid", "demean"),
            ("kind", "praise"),
            ("not", "negate"),
            ("who", "ask"),
            ("he said", "quote"),
            ("if", "suppose"),
            ("disgusting talk", "condemn"),
            ("i", "self"),
            ("you", "you"),
            ("laptop", "object"),
            ("blimey", "profanity"),
            ("goodies", "goods"),
            ("message me", "contact"),
            ("the match", "play"),
        ],
        "zh": [
            ("邻居", "group"),
            ("害虫", "dehumanise"),
            ("不是", "negate"),
            ("你", "you"),
            ("笨", "demean"),
            ("吗", "ask"),
            ("骂人不对", "condemn"),
        ],
    }
)


def names(text: str, tag: str = "en") -> set[str]:
    return {NAMES[number] for number in read_signals([text], [tag], LEXICONS).signals.numbers}


SENTENCES = [
    # language, text, signals that it has, signals that it has not
    # who and what
    ("en", "neighbours are vermin", ["group", "dehumanise", "group by dehumanise"], ["group with dehumanise"]),
    ("en", "vermin, those neighbours", ["group by dehumanise"], []),  # in whatever order
    ("en", "outsiders get out", ["slur by exclude"], ["group by exclude"]),
    ("en", "you are stupid", ["you by demean"], ["group by demean"]),
    ("en", "the laptop is stupid", ["object by demean"], ["you by demean"]),
    ("en", "neighbours are kind", ["group by praise"], ["group by dehumanise"]),
    ("en", "neighbours live here", ["group"], ["group by dehumanise", "dehumanise"]),
    ("en", "what a nice day", [], ["group"]),
    # near and far
    (
        "en",
        "neighbours of ours came by yesterday with a cake for vermin",
        ["group with dehumanise"],
        ["group by dehumanise"],
    ),
    # the borders of sentences
    ("en", "my neighbours called. vermin everywhere", ["group", "dehumanise"], ["group by dehumanise"]),
    ("en", "my neighbours called!? vermin everywhere", ["group"], ["group by dehumanise", "group with dehumanise"]),
    ("en", "neighbours 3.5 vermin", ["group by dehumanise"], []),  # a point inside a number ends nothing
    ("zh", "邻居来了。 害虫多", ["group", "dehumanise"], ["group by dehumanise"]),
    ("zh", "邻居来了。害虫多", ["group", "dehumanise"], ["group by dehumanise"]),  # Chinese puts no blank after it
    ("zh", "邻居来了！害虫多", ["group", "dehumanise"], ["group by dehumanise"]),
    ("zh", "邻居，害虫", ["group by dehumanise"], []),  # a comma is no end
    # denied
    ("en", "neighbours are not vermin", ["group dehumanise negate"], ["group dehumanise ask"]),
    ("en", "neighbours are vermin", [], ["group dehumanise negate"]),
    ("en", "neighbours are vermin. that is not fair", ["negate"], ["group dehumanise negate"]),  # denies something else
    ("en", "neighbours are vermin and so it goes on and on and it is not", [], ["group dehumanise negate"]),  # too late
    ("zh", "邻居不是害虫", ["group dehumanise negate"], []),
    # asked, supposed, reported
    ("en", "who says neighbours are vermin", ["group dehumanise ask"], []),
    ("zh", "邻居是害虫吗", ["group dehumanise ask"], []),
    ("en", "if neighbours are vermin", ["group dehumanise suppose"], []),
    ("en", "he said neighbours are vermin", ["group dehumanise quote"], ["quoted"]),
    # in quotation marks
    ("en", 'she wrote "neighbours are vermin" again', ["quoted", "group dehumanise quoted"], []),
    ("en", "“neighbours are vermin” it read", ["quoted", "group dehumanise quoted"], []),
    ("en", '"come in" and neighbours are vermin', ["quoted"], ["group dehumanise quoted"]),  # something else is
    ("en", 'neighbours are vermin "', [], ["quoted"]),  # a lone mark
    ("en", "it's 5\" long", [], ["quoted"]),
    # condemned, wherever in the post
    ("en", "neighbours are vermin. disgusting talk", ["condemn", "group dehumanise condemn"], []),
    ("zh", "说邻居是害虫，骂人不对", ["group dehumanise condemn"], []),
    # of oneself
    ("en", "i am stupid", ["self by demean", "self demean self"], ["you by demean"]),
    ("en", "i think you are stupid", ["you by demean", "you demean self"], []),
    ("en", "you are stupid", [], ["you demean self"]),
    # topics side by side, whatever the sentence
    ("en", "goodies here. message me", ["goods & contact"], ["contact & goods"]),
    ("en", "blimey, the match", ["profanity & play"], []),
    ("en", "goodies here", ["goods"], ["goods & contact"]),
]


@pytest.mark.parametrize(("tag", "text", "there", "absent"), SENTENCES)
def test_a_sentence_has_the_signals_of_its_sense(tag: str, text: str, there: list[str], absent: list[str]) -> None:
    found = names(text, tag)
    assert [name for name in there if name not in found] == []
    assert [name for name in absent if name in found] == []


def test_every_signal_has_one_name_and_every_name_in_the_table_is_one() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert NAMES[: len(CUES)] == CUES  # a cue's signal has the cue's number
    told = {name for _, _, there, absent in SENTENCES for name in (*there, *absent)}
    assert told - set(NAMES) == {"contact & goods"}  # pairs of topics have one order


def test_the_name_of_a_group_does_not_matter_to_the_signals() -> None:
    assert names("neighbours are not vermin") == names("strangers are not vermin")


def test_signals_come_once_in_order_with_the_words_that_make_them() -> None:
    reading = read_signals(["neighbours are vermin and neighbours are vermin"], ["en"], LEXICONS)
    found, hits = reading.signals, reading.hits
    assert found.numbers.tolist() == sorted(set(found.numbers.tolist()))

    def word(hit: int) -> str | None:
        return text_of(reading.folded.codes[hits.starts[hit] : hits.ends[hit]]) if hit >= 0 else None

    words = {
        NAMES[number]: (word(whom), word(what))
        for number, whom, what in zip(found.numbers, found.whom, found.what, strict=True)
    }
    assert words["group by dehumanise"] == ("neighbours", "vermin")
    assert "neighbours" in words["group"]
    assert None in words["group"]


def test_a_flood_of_cues_has_its_signals_and_those_of_the_next_post_stay() -> None:
    reading = read_signals(["neighbours are vermin. " * 2000, "you are kind"], ["en"] * 2, LEXICONS)
    assert {NAMES[number] for number in reading.signals.of(0).numbers} == names("neighbours are vermin")
    assert {NAMES[number] for number in reading.signals.of(1).numbers} == names("you are kind")


def test_a_batch_of_sentences_equals_its_singles() -> None:
    texts, tags = [text for _, text, _, _ in SENTENCES], [tag for tag, _, _, _ in SENTENCES]
    together = read_signals(texts, tags, LEXICONS).signals
    assert together.rows.tolist() == sorted(together.rows.tolist())
    for row, (text, tag) in enumerate(zip(texts, tags, strict=True)):
        alone = read_signals([text], [tag], LEXICONS).signals
        assert together.of(row).numbers.tolist() == alone.numbers.tolist()
