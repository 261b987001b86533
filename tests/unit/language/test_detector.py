"""What the detector says of posts, whole: tag, shares, spans, doubt."""

from __future__ import annotations

import random
import time

import pytest

from moderation.domain.language import Language
from moderation.domain.post import Media, Post
from moderation.language.detector import Detector


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector()


def _detect(detector: Detector, text: str) -> Language:
    return detector([Post("p", text)])[0]


ONE_LANGUAGE = [
    ("这家店的蛋糕真的很好吃，下次还来", "zh-Hans"),
    ("這家店的蛋糕真的很好吃，下次還來", "zh-Hant"),
    ("你好", "zh-Hans"),  # the same in both spellings
    ("佢哋喺邊度食飯呀", "yue"),
    ("今日はとても天気がいいですね", "ja"),
    ("渋谷駅前", "ja"),  # no kana, but characters that only Japanese has
    ("少々お待ちください", "ja"),
    ("오늘 날씨가 정말 좋네요", "ko"),
    ("วันนี้อากาศดีมาก", "th"),
    ("Сегодня очень хорошая погода", "ru"),
    ("Сьогодні дуже гарна погода", "uk"),
    ("Данас је ђак у кући", "sr"),
    ("الطقس جميل جدا هذا اليوم", "ar"),
    ("آج موسم بہت اچھا ہے", "ur"),
    ("امروز هوا خیلی خوب است و من خوشحالم", "fa"),
    ("आज मौसम बहुत अच्छा है", "hi"),
    ("Σήμερα ο καιρός είναι πολύ καλός", "el"),
    ("מזג האוויר יפה היום", "he"),
    ("დღეს კარგი ამინდია", "ka"),
    ("আজ আবহাওয়া খুব ভালো", "bn"),
    ("This is the best noodle shop that I have been to", "en"),
    ("THIS IS THE BEST NOODLE SHOP THAT I HAVE BEEN TO", "en"),  # capitals
    ("𝓣𝓱𝓲𝓼 𝓲𝓼 𝓽𝓱𝓮 𝓫𝓮𝓼𝓽 𝓷𝓸𝓸𝓭𝓵𝓮 𝓼𝓱𝓸𝓹", "en"),  # styled
    ("Das ist wirklich das beste Restaurant in der ganzen Stadt", "de"),
    ("Este es el mejor restaurante de toda la ciudad", "es"),
    ("Esta é a melhor loja que já encontrei na cidade", "pt"),
    ("C'est le meilleur restaurant de toute la ville", "fr"),
    ("Questo è il miglior ristorante di tutta la città", "it"),
    ("Đây là quán phở ngon nhất thành phố", "vi"),
    ("Bu şehirdeki en iyi lokanta burası", "tr"),
    ("To jest najlepsza restauracja w całym mieście", "pl"),
    ("wo men yi qi qu chi fan ba", "zh-Latn-pinyin"),
    ("wǒ xiǎng qù běi jīng", "zh-Latn-pinyin"),
    ("jia1 wo3 wei1 xin4", "zh-Latn-pinyin"),
    ("yyds", "zh-Latn-pinyin"),
    ("lol", "en"),
    ("hola", "es"),
    ("Merci !", "fr"),
]


@pytest.mark.parametrize(("text", "tag"), ONE_LANGUAGE)
def test_a_post_in_one_language_has_that_language(detector: Detector, text: str, tag: str) -> None:
    language = _detect(detector, text)
    assert language.tag == tag
    assert language.shares == {tag: 1.0}
    assert not language.mixed


NOT_PINYIN = ["he can run", "de la ma", "a man ran", "Dia sedang makan siang", "Kamu suka selai kacang"]


@pytest.mark.parametrize("text", NOT_PINYIN)
def test_words_of_other_languages_are_not_pinyin_though_they_are_syllables(detector: Detector, text: str) -> None:
    assert _detect(detector, text).tag != "zh-Latn-pinyin"


NO_LANGUAGE = [
    "",
    "   ",
    "😀👍🏽",
    "666",
    "12:30, 5.8%",
    "！！！？",
    "https://example.com/a?b=c",
    "@somebody",
    "\u0301\u0302\u0301",
]


@pytest.mark.parametrize("text", NO_LANGUAGE)
def test_where_there_is_no_language_it_says_so_and_is_sure(detector: Detector, text: str) -> None:
    language = _detect(detector, text)
    assert (language.tag, language.confidence, language.doubtful) == ("und", 1.0, False)
    assert language.shares == {}


def test_the_example_of_the_contract_holds_exactly(detector: Detector) -> None:
    language = _detect(detector, "姐妹们加V看主页")
    assert language.tag == "zh-Hans"
    assert language.shares == {"zh-Hans": 0.875, "en": 0.125}
    assert [list(span) for span in language.spans] == [
        ["text", 0, 4, "zh-Hans"],
        ["text", 4, 5, "en"],
        ["text", 5, 8, "zh-Hans"],
    ]
    assert language.mixed
    assert not language.doubtful


MIXED = [
    ("今天的OOTD太cute了", ["zh-Hans", "en"]),
    ("OMG this 奶茶 is so good", ["en", "zh-Hans"]),
    ("加V", ["zh-Hans", "en"]),  # half and half: English is what is borrowed
    ("오늘 OOTD 어때요 여러분", ["ko", "en"]),
    ("ร้านนี้ดีมาก very good", ["th", "en"]),
    ("我好喜欢这个，かわいいですね", ["ja", "zh-Hans"]),
    ("Привет everyone как дела", ["ru", "en"]),
    ("这家店yyds", ["zh-Hans"]),  # initials of Chinese words are part of it
    ("这家店的鮮の味", ["zh-Hans"]),  # a Japanese の in a Chinese name
]


@pytest.mark.parametrize(("text", "tags"), MIXED)
def test_a_mixed_post_has_all_its_languages_the_main_one_first(detector: Detector, text: str, tags: list[str]) -> None:
    language = _detect(detector, text)
    assert list(language.shares) == tags
    assert language.tag == tags[0]
    assert sum(language.shares.values()) == pytest.approx(1)


ADDRESSES = [
    ("@客服你们什么时候发货", "zh-Hans"),  # no blank after the name: the name may end anywhere
    ("@john_smith 你们什么时候发货", "zh-Hans"),
    ("看https://example.com/this/is/english这里", "zh-Hans"),
    ("联系 somebody@example.com 谢谢", "zh-Hans"),
    ("去 shop.example.com/list 看看", "zh-Hans"),
]


@pytest.mark.parametrize(("text", "tag"), ADDRESSES)
def test_addresses_and_names_of_users_tell_nothing(detector: Detector, text: str, tag: str) -> None:
    assert _detect(detector, text).shares == {tag: 1.0}


def test_the_places_of_mentions_that_the_platform_gives_are_taken(detector: Detector) -> None:
    text = "@The Best Shop Ever 发货了吗"
    assert detector([Post("p", text, mentions=(("text", 0, 19),))])[0].shares == {"zh-Hans": 1.0}
    assert "en" in detector([Post("p", text)])[0].shares


def test_all_fields_count_together_and_spans_name_their_field(detector: Detector) -> None:
    post = Post("p", "蛋糕", title="Cake", media=(Media("image", ocr_text="好吃"),))
    assert [list(span) for span in detector([post])[0].spans] == [
        ["title", 0, 4, "en"],
        ["text", 0, 2, "zh-Hans"],
        ["media.0.ocr_text", 0, 2, "zh-Hans"],
    ]


def test_letters_typed_with_separate_marks_count_as_composed(detector: Detector) -> None:
    composed, decomposed = "Đây là quán phở ngon nhất", "Đây là quán phở ngon nhất"
    assert _detect(detector, composed).confidence == _detect(detector, decomposed).confidence


def test_a_doubtful_post_names_what_it_may_be_and_a_sure_one_does_not(detector: Detector) -> None:
    doubtful, sure = _detect(detector, "casa"), _detect(detector, "Das ist wirklich ein sehr guter Tag für uns alle")
    assert doubtful.doubtful
    assert doubtful.candidates[0] == doubtful.tag
    assert len(set(doubtful.candidates)) == len(doubtful.candidates) > 1
    assert not sure.doubtful
    assert sure.candidates == ()


def test_a_batch_gives_what_its_posts_give_singly_in_any_order(detector: Detector) -> None:
    texts = [text for text, _ in (*ONE_LANGUAGE, *ADDRESSES)] + [text for text, _ in MIXED] + NO_LANGUAGE + NOT_PINYIN
    random.Random(5).shuffle(texts)
    posts = [Post(f"p{number}", text) for number, text in enumerate(texts)]
    assert detector(posts) == [detector([post])[0] for post in posts]


@pytest.mark.parametrize("flood", ["\u0301", "\u0e48", "\u093f", "ـ", "\u3099", "ㅤ", "ก", "é", "𓀀", "a\u0301\u0323 "])
def test_a_flood_of_one_character_is_survived(detector: Detector, flood: str) -> None:
    text = (flood * 20_000)[:20_000]
    assert 0 <= _detect(detector, text).confidence <= 1


@pytest.mark.parametrize(
    "text",
    [
        "xian " * 3_990 + "zzz",  # each word is pinyin in two ways
        "a" * 19_000 + ".",
        "com." * 4_999,
        "a.b-c@" * 3_300,
        "@a.b-c" * 3_300,
    ],
)
def test_texts_made_to_backtrack_take_no_time(detector: Detector, text: str) -> None:
    started = time.perf_counter()
    _detect(detector, text)
    assert time.perf_counter() - started < 1
