"""What decides beyond the profiles: two languages in one script, lingua, disguises, ornaments, chat."""

from __future__ import annotations

import subprocess
import sys

import pytest

from moderation.domain.language import Language
from moderation.domain.post import Post
from moderation.language.detector import Detector, Explanation
from moderation.language.scripts import SHARED
from moderation.language.second import LANGUAGES, SecondOpinion
from moderation.training.romanise import WAYS


@pytest.fixture(scope="module")
def light() -> Detector:
    return Detector()


@pytest.fixture(scope="module")
def deep() -> Detector:
    return Detector(SecondOpinion(preload=False))


def _explain(detector: Detector, text: str) -> Explanation:
    return detector.explain(Post("p", text))


def _detect(detector: Detector, text: str) -> Language:
    return detector([Post("p", text)])[0]


ROMANISED = [
    ("yaar mujhe toh kuch samajh nahi aa raha hai", "hi-Latn"),
    ("ana 3ayza aroo7 el beit delwa2ti", "ar-Latn"),
    ("privet kak dela, poshli segodnya gulyat", "ru-Latn"),
    ("kalimera ti kaneis, pame gia kafe simera", "el-Latn"),
    ("kyou wa totemo samui kara uchi ni kaeritai", "ja-Latn"),
    ("wǒ jīntiān xiǎng qù gōngyuán", "zh-Latn-pinyin"),
]


@pytest.mark.parametrize(("text", "tag"), ROMANISED)
def test_a_language_in_latin_letters_is_that_language(light: Detector, text: str, tag: str) -> None:
    assert _detect(light, text).tag == tag


SMALL = [
    ("Wir gehen heute Abend zusammen ins Kino und danach essen", "de"),
    ("Bugün hava çok güzel, hep birlikte parka gidelim", "tr"),
    ("Það er svo kalt úti í dag að ég vil bara vera heima", "is"),
    ("Tá an aimsir go hálainn inniu agus táim an-sásta", "ga"),
    ("Bu gün hava çox gözəldir, gəlin birlikdə gəzək", "az"),
    ("Gaur eguraldi ona egiten du eta mendira goaz", "eu"),
    ("Hari ini saya nak pergi kedai beli barang dapur", "ms"),
    ("Vandag is die weer baie mooi en ons gaan strand toe", "af"),
    ("Hodiaŭ la vetero estas tre bela kaj ni iros al la parko", "eo"),
    ("Сёння вельмі добрае надвор'е, пойдзем гуляць", "be"),
    ("Бүгін ауа райы өте жақсы, далаға шығайық", "kk"),
    ("Өнөөдөр цаг агаар их сайхан байна", "mn"),
    ("ئەمڕۆ کەشوهەوا زۆر خۆشە و دەچینە دەرەوە", "ckb"),
    ("بۈگۈن ھاۋا بەك ياخشى، سىرتقا چىقايلى", "ug"),
]


@pytest.mark.parametrize(("text", "tag"), SMALL)
def test_languages_that_langdetect_has_not_are_told_too(light: Detector, text: str, tag: str) -> None:
    assert _detect(light, text).tag == tag


TWO_IN_ONE_SCRIPT = [
    ("I was waiting for an hour y nadie me dijo nada, qué vergüenza", {"en", "es"}),
    ("Kumain na ba kayo? I am already at the office and very hungry", {"tl", "en"}),
    ("Das war so ein schöner Tag, thank you everybody for coming today", {"de", "en"}),
    ("Hari ini aku capek banget, but honestly it was worth it in the end", {"id", "en"}),
]


@pytest.mark.parametrize(("text", "tags"), TWO_IN_ONE_SCRIPT)
def test_two_languages_in_one_script_are_both_found_and_cut(light: Detector, text: str, tags: set[str]) -> None:
    language = _detect(light, text)
    assert set(language.shares) == tags
    assert {span.tag for span in language.spans} == tags
    assert language.mixed
    assert not language.doubtful
    assert [text[span.start].isalpha() and text[span.end - 1].isalpha() for span in language.spans]


ONE_IN_ONE_SCRIPT = [
    "We had lunch at Casa Nova and the food there was really great",
    "Ich habe mir heute neue Schuhe gekauft und sie passen perfekt",
    "We are flying to São Paulo with my friend João next week",
    "Mon ami habite à New York depuis trois ans et il adore",
]


@pytest.mark.parametrize("text", ONE_IN_ONE_SCRIPT)
def test_names_do_not_make_a_post_mixed(light: Detector, text: str) -> None:
    assert not _detect(light, text).mixed


DISGUISED = [
    ("th15 c4k3 1s 4m4z1ng", "en"),
    ("g o o d  m o r n i n g  f r i e n d s", "en"),
    ("w-a-i-t f-o-r m-e", "en"),
    ("ᴛɪɴʏ ᴋɪᴛᴄʜᴇɴ, ʙɪɢ ᴅɪɴɴᴇʀ ᴛᴏɴɪɢʜᴛ", "en"),
    ("w o  x i a n g  c h i  m i a n", "zh-Latn-pinyin"),
]


@pytest.mark.parametrize(("text", "tag"), DISGUISED)
def test_letters_as_digits_or_apart_are_read_as_meant(light: Detector, text: str, tag: str) -> None:
    assert _detect(light, text).tag == tag


@pytest.mark.parametrize("text", ["(・ω・)", "ಠ_ಠ", "(´д`)", "ʕ•ᴥ•ʔ", "¯\\_(ツ)_/¯", "(ﾉ◕ヮ◕)ﾉ*:･ﾟ✧"])
def test_faces_are_no_language(light: Detector, text: str) -> None:
    assert _detect(light, text).tag == "und"
    assert _detect(light, f"{text} what a lovely friday this is").shares == {"en": 1.0}


@pytest.mark.parametrize(("text", "tag"), [("ㅋㅋㅋ", "ko"), ("я", "ru"), ("ω και θ είναι γράμματα", "el")])
def test_few_letters_of_a_script_are_a_language_where_they_are_written(light: Detector, text: str, tag: str) -> None:
    assert _detect(light, text).tag == tag


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("The auntie very nice leh, give me extra egg", "en-SG"),
        ("walao eh why so expensive one", "en-SG"),
        ("I listened to the new album by Sia", "en"),
        ("The aunt is very nice, she gives me an extra egg", "en"),
    ],
)
def test_singlish_is_english_with_its_own_tag(light: Detector, text: str, tag: str) -> None:
    assert _detect(light, text).tag == tag


def test_who_decided_is_said(light: Detector, deep: Detector) -> None:
    assert _explain(light, "Das ist ein schöner Tag für uns").verdicts["Latn"].by == "profiles"
    assert _explain(light, "yyds").verdicts["Latn"].by == "shorthand"
    assert _explain(light, "wo men yi qi qu chi fan ba").verdicts["Latn"].by == "pinyin"
    assert _explain(light, "这个太cute了").verdicts["Latn"].by in {"beside", "profiles"}
    assert _explain(light, "").verdicts == {}
    assert dict(_explain(light, "Das ist ein Tag").ranked["Latn"])["de"] > 0


def test_lingua_is_asked_about_doubtful_text_only(light: Detector, deep: Detector) -> None:
    asked = [text for text in ("carro", "notte", "regno", "tempo", "mesa") if _explain(light, text).language.doubtful]
    assert asked
    assert {_explain(deep, text).verdicts["Latn"].by for text in asked} <= {"lingua", "shorthand"}
    assert _explain(deep, "Das ist ein sehr schöner Tag").verdicts["Latn"].by == "profiles"


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Hodie cum amicis in horto cenavimus et usque ad noctem fabulati sumus", "la"),
        ("Ndinoda kuenda kumusha kunoona amai vangu", "sn"),
        ("Dumela, o phela jwang kajeno mme wa ka", "st"),
        ("Ndifuna ukuya ekhaya ndiyobona umama wam", "xh"),
        ("La casa de mi abuela es muy grande y tiene un patio", "es"),
        ("Oggi andiamo tutti insieme al mare con gli amici", "it"),
    ],
)
def test_lingua_names_what_the_profiles_lack_and_leaves_their_relatives_alone(
    deep: Detector, text: str, tag: str
) -> None:
    assert _detect(deep, text).tag == tag


@pytest.mark.slow
def test_what_a_batch_asks_for_is_loaded_before_a_process_forks() -> None:
    """What a batch of many new words would import or read for itself, each process would have once more."""
    code = (
        "import sys; from moderation.domain.post import Post; from moderation.language.detector import Detector;"
        "from moderation.language.second import SecondOpinion; detect = Detector(SecondOpinion(preload=True));"
        "loaded = set(sys.modules);"
        "words = [a + b + c + d for a in 'bdfgl' for b in 'aeiou' for c in 'mnrst' for d in 'aeiou'];"
        "texts = [*(' '.join(words[n : n + 9]) for n in range(0, len(words), 9)), 'carro', 'Ndinoda kuenda kumusha',"
        "'Rogo te ut statim ad me venias', 'что это', 'これは何ですか', 'هذا يوم جميل', 'यह क्या है'];"
        "detect([Post(str(n), text) for n, text in enumerate(texts)]);"
        "print(sorted(set(sys.modules) - loaded))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True, timeout=60)
    assert run.stdout.strip() == "[]"


def test_a_second_opinion_favours_a_language_and_is_bounded() -> None:
    ask = SecondOpinion(preload=False)
    nats = dict(zip(("it", "es", "en"), ask("questa ragazza è bellissima", ("it", "es", "en")), strict=True))
    assert nats["it"] == max(nats.values()) == 0
    assert min(nats.values()) >= -10
    assert ask("что", ("it", "ru")) == [0.0, 0.0]  # it does not know one of the first two
    assert ask("\ud800 lone", ("en", "de")) is not None
    assert set(LANGUAGES) <= set(SHARED["Latn"])


@pytest.mark.parametrize(
    ("language", "text", "romanised"),
    [
        ("ja", "きょうはラーメンをたべたい、ちょっとまって", "kyouharamenotabetai chottomatte"),
        ("sr", "Моја бака прави најбољу супу", "moja baka pravi najbolju supu"),
        ("el", "Καλημέρα", "kalhmera"),
    ],
)
def test_texts_are_romanised_as_people_type(language: str, text: str, romanised: str) -> None:
    tag, write = WAYS[language]
    assert tag.startswith(language)
    assert write(text) in {romanised, romanised.replace("h", "i")}


def test_every_romanised_tag_has_a_profile() -> None:
    assert {tag for tag, _ in WAYS.values()} <= set(SHARED["Latn"])
