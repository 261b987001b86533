"""The lexicon: romanised languages, Singlish, Taglish and chat, by their words."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.language import wordlists
from moderation.language.lexicon import tell, words_of
from moderation.language.vietnamese import is_vietnamese

TOLD = [
    ("kya hua bhai", "hi-Latn"),
    ("yaar ye movie bakwas hai", "hi-Latn"),
    ("namaste aap kaise hain", "hi-Latn"),
    ("kripya samay par aana", "hi-Latn"),
    ("mujhe nahi pata kahan gaya", "hi-Latn"),
    ("shukriya janab bohat meherbani", "ur-Latn"),
    ("mujhay nahi pata hay", "ur-Latn"),
    ("wo larki apnay ghar gai hay", "ur-Latn"),
    ("ya 7abibi keefak", "ar-Latn"),
    ("3ayez a2olak 7aga", "ar-Latn"),
    ("ana bahebak awi", "ar-Latn"),
    ("wach nta labas 3lik", "ar-Latn"),
    ("mesta3gel ma3rafsh", "ar-Latn"),
    ("privet kak dela", "ru-Latn"),
    ("ya tebya lyublyu", "ru-Latn"),
    ("krasivaya devushka napishi mne", "ru-Latn"),
    ("nash novyy magazin otkrylsya", "ru-Latn"),
    ("watashi wa genki desu", "ja-Latn"),
    ("kore wa nani desu ka", "ja-Latn"),
    ("kalimera ti kaneis", "el-Latn"),
    ("den exw lefta re", "el-Latn"),
    ("gw gak tau sih", "id"),
    ("lo udah makan belum", "id"),
    ("yg ini bagus bgt", "id"),
    ("korang nak pergi mana", "ms"),
    ("takde duit la weh", "ms"),
    ("khong biet", "vi"),
    ("hom nay troi dep qua", "vi"),
    ("minh di choi nhe ban oi", "vi"),
    ("walao eh so expensive", "en-SG"),
    ("can or not", "en-SG"),
    ("the queue is so long lor", "en-SG"),
    ("dont like that leh", "en-SG"),
    ("kung ayaw mo wag mo", "tl"),
]


@pytest.mark.parametrize(("text", "tag"), TOLD)
def test_telling_words_tell_the_language(text: str, tag: str) -> None:
    told = tell(words_of(text))
    assert told is not None
    assert told.tag == tag
    assert 0.5 < told.confidence < 1


OTHERS = [
    "",
    "12 34 56",
    "what happened to you",
    "the main thing is to be here",
    "he is in the hall",
    "this is meh",
    "we can or we cannot",
    "la casa es muy bonita",
    "je suis dans la maison",
    "das ist die beste stadt",
    "una sia la voce",
    "lor este acolo",
    "ik ga naar de winkel",
    "sana ne dedim ben",
    "o bolo da minha mae",
    "ani haja pena kufa",
    "at 7am on the 3rd floor of 5th street",
    "b2b h2o a7x",
    "me so hot man",
    "que te va a la que no",
]


@pytest.mark.parametrize("text", OTHERS)
def test_words_that_common_languages_share_tell_nothing(text: str) -> None:
    assert tell(words_of(text)) is None


def test_hindi_and_urdu_in_doubt_are_hindi_with_urdu_among_the_others() -> None:
    told = tell(words_of("kya hua bhai"))
    assert told is not None
    assert told.tag == "hi-Latn"
    assert "ur-Latn" in told.others


MIXED = [
    ("i really love yung dress niya sobrang ganda", "tl", "en"),
    ("so happy today kasi kumain kami ng masarap and good food", "en", "tl"),
    ("bro mujhe lagta hai this is really not good for you", "en", "hi-Latn"),
]


@pytest.mark.parametrize(("text", "main", "beside"), MIXED)
def test_english_beside_the_words_is_told_and_the_greater_part_first(text: str, main: str, beside: str) -> None:
    told = tell(words_of(text))
    assert told is not None
    assert (told.tag, told.beside) == (main, (beside,))


@pytest.mark.parametrize(
    ("word", "tags"),
    [("kung", {"tl"}), ("the", {"en"}), ("porque", {"es"}), ("xyzzy", set()), ("tidak", {"id", "ms"})],
)
def test_a_word_has_the_tags_of_its_lists(word: str, tags: set[str]) -> None:
    assert set(wordlists.read("lexicon").get(word, ())) == tags


def test_digits_stay_within_words() -> None:
    assert words_of("ya 7abibi, it's 5 o’clock") == ["ya", "7abibi", "it's", "5", "o’clock"]


@given(st.lists(st.sampled_from(["kya", "hai", "the", "7abib", "lah", "khong", "nak", "ako", "z" * 400]), max_size=30))
def test_the_order_of_words_is_no_matter_but_for_phrases_and_the_last(words: list[str]) -> None:
    assert tell(words) == tell([*words])
    told = tell(words)
    assert told is None or told.tag not in told.others


def test_vietnamese_syllables_need_a_telling_one_and_all_words() -> None:
    assert is_vietnamese(["nguoi", "ta", "noi", "vay"])
    assert not is_vietnamese(["nguoi", "people", "say", "so"])
    assert not is_vietnamese(["nguoi", "ta"])


def test_lists_hold_small_letters_and_every_tag_has_strong_words() -> None:
    entries = wordlists.read("lexicon")
    assert all(word == word.lower().strip() for word in entries)
    strong = {tag for tags in entries.values() for tag, is_strong in tags.items() if is_strong}
    assert strong >= {"hi-Latn", "ur-Latn", "ar-Latn", "ru-Latn", "ja-Latn", "el-Latn", "en-SG", "tl", "id", "ms", "vi"}


@pytest.mark.data
@pytest.mark.slow
def test_romanised_posts_are_told_and_others_hardly_ever(data_dir: Path) -> None:
    hindi, urdu = _latin(data_dir, "trac1_hi"), _latin(data_dir, "roman_urdu_ur")
    south_asian = {"hi-Latn", "ur-Latn"}
    for rows in (hindi, urdu):
        tags = [told.tag for text in rows if (told := tell(words_of(text)))]
        assert sum(tag in south_asian for tag in tags) > 0.75 * len(rows)
    others = [
        text for name in ("toldbr_pt", "paradetox_en", "mlma_fr", "germeval2018_de") for text in _latin(data_dir, name)
    ]
    wrong = [told for text in others if (told := tell(words_of(text))) and told.tag != "en"]
    assert len(wrong) * 2_000 <= len(others)


def _latin(data_dir: Path, name: str) -> list[str]:
    """Every fourth post of a set, those in Latin letters, small."""
    with gzip.open(data_dir / "train" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"].lower() for number, line in enumerate(lines) if number % 4 == 0]
    return [text for text in texts if all(c < "\u0250" or "\u1e00" <= c < "\u1f00" for c in text if c.isalpha())]
