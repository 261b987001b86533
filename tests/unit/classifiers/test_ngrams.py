"""The n-grams of a post: what each script gives, and what counts as the same."""

from collections import Counter

import pytest

from moderation.classifiers.folded import read
from moderation.classifiers.ngrams import GROUP, located, ngrams
from moderation.folding.fold import text_of

BITS = 24
BOUND = " "  # before and after a word, whatever stands there


def grams(text: str) -> Counter[str]:
    """What each n-gram of a text covers; a character and a word of one letter both count."""
    folded = read([text])
    whole = text_of(folded.codes).replace("\n", BOUND)
    return Counter(whole[start:end] for start, end in located(folded, "en", BITS)[1].tolist())


def shared(text: str) -> set[int]:
    """The buckets that are those of every language."""
    return set(ngrams(read([text]), ["en"], BITS).buckets[::2].tolist())


OF_SCRIPTS = [
    # text, some of its n-grams, some that it has not, and why
    ("cats", [" ca", "cat", "cats", " cats", "ats "], ["c", "ca", "s ", " cats "]),  # 3–5 within words
    ("spelling", ["spell", "lling"], ["spelli", "pellin"]),  # 5 is the longest
    ("ab cd", [" ab ", "ab", "cd", "ab cd"], [" a", "b c", "b cd"]),  # never over the gap, but words in a row
    ("one two three four", ["one two three", "two three four"], ["one two three four"]),  # three words in a row
    ("加微信吗", ["加", "加微", "加微信", "微信吗"], ["加微信吗"]),  # 1–3 in Han
    ("ひらがな", ["ひ", "ひら", "ひらが"], ["ひらがな"]),
    ("สวัสดี", ["ส", "สว", "สวั"], ["สวัส"]),  # Thai: as Chinese
    ("한국어다", ["한", "한국", "한국어", "한국어다"], []),  # 1–4 in Hangul, and the word
    ("안녕하세요", ["안녕하세", "녕하세요"], ["안녕하세요 "]),
    ("привет", [" пр", "привет", "риве"], ["п", "пр"]),  # Cyrillic: as Latin
    ("مرحبا", ["مرح", "مرحبا"], ["م"]),
    ("मैं", [" मै", "मैं"], ["म"]),  # marks belong to the word
    ("hi😀", ["😀", "hi", " hi😀"], ["hi😀 ", "😀 "]),  # an emoji alone; beside a word it bounds it
    ("a!?", ["!", "?"], ["!?"]),
    ("加v看", ["加", "v", "加v", "v看", "加v看"], []),  # one post, two scripts
    ("", [], [" ", "  "]),
    ("   ", [], [" ", "  "]),
]


@pytest.mark.parametrize(("text", "has", "has_not"), OF_SCRIPTS)
def test_each_script_gives_its_own_ngrams(text: str, has: list[str], has_not: list[str]) -> None:
    found = grams(text)
    assert [gram for gram in has if gram not in found] == []
    assert [gram for gram in has_not if gram in found] == []


def test_a_blank_text_has_no_ngrams() -> None:
    assert ngrams(read(["", " \n", "\u200b"]), ["en"] * 3, BITS).counts.tolist() == [0, 0, 0]


ALIKE = [
    ("ＶＸ", "vx"),
    ("Ｈｅｌｌｏ", "hello"),
    ("v\u200bx", "vx"),
    ("說謊", "说谎"),
    ("naïve", "naive"),
    ("wеchаt", "wechat"),
    ("niiiiice", "niice"),
    ("哈哈哈哈哈", "哈哈"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_what_is_read_alike_has_the_same_ngrams(one: str, other: str) -> None:
    assert ngrams(read([one]), ["zh"], BITS).buckets.tolist() == ngrams(read([other]), ["zh"], BITS).buckets.tolist()


HOMOPHONES = [
    # written, said, what sounds otherwise
    ("薇信", "微信", "短信"),
    ("威芯", "微信", "围城"),
    ("加魏鑫", "加微信", "加油站"),
]


@pytest.mark.parametrize(("written", "said", "other"), HOMOPHONES)
def test_homophones_share_the_buckets_of_their_sounds(written: str, said: str, other: str) -> None:
    in_common = set(written) & set(said)
    assert all(set(written) & set(text) <= in_common for text in (said, other))
    assert len(shared(written) & shared(said)) > len(shared(written) & shared(other))


def test_a_sound_is_two_syllables_or_three_and_one_alone_is_none() -> None:
    assert not shared("薇") & shared("微")
    assert len(shared("薇欣") & shared("微信")) == 1
    assert len(shared("薇欣耗") & shared("微信号")) == 3  # two pairs and the three


@pytest.mark.parametrize(("one", "other"), [("cat", "ca t"), ("ab cd", "cd ab"), ("加微", "微加"), ("l33t", "leet")])
def test_what_is_written_otherwise_has_other_ngrams(one: str, other: str) -> None:
    assert shared(one) != shared(other)


def test_every_ngram_counts_once_for_all_languages_and_once_for_its_own() -> None:
    english, german = (ngrams(read(["die Maus"]), [tag], BITS).buckets.tolist() for tag in ("en", "de"))
    assert english[::2] == german[::2]
    assert not set(english[1::2]) & set(german[1::2])


def test_counts_say_how_many_ngrams_each_text_has() -> None:
    found = ngrams(read(["ab", "", "加微"]), ["en", "en", "zh"], BITS)
    assert found.counts.sum() == len(found.buckets)
    assert found.counts.tolist() == [2 * sum(grams(text).values()) for text in ("ab", "", "加微")]
    assert (found.buckets >= 0).all()
    assert (found.buckets < 2**BITS).all()


def test_fewer_bits_are_the_first_bits_of_more() -> None:
    folded = read(["the same hash, more buckets"])
    many, few = (ngrams(folded, ["en"], bits).buckets for bits in (20, 12))
    assert (many >> 8).tolist() == few.tolist()


def test_a_group_is_a_word_of_one_letter() -> None:
    name = chr(GROUP)
    assert {f" {name} ", f"{name} lie"} <= grams(f"{name} lie").keys()
    assert name in grams(name)


def test_a_text_longer_than_the_table_of_powers_keeps_its_ngrams() -> None:
    """What stands at the end of 100,000 characters hashes as it does at the beginning."""
    end = shared("tail end")
    assert end <= shared("x " * 50_000 + "tail end")
