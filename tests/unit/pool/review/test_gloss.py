"""What the matched words of a post mean, in both languages, for who does not read theirs."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from moderation.bootstrap import build_pipeline
from moderation.demo import bundled
from moderation.domain.review import Correction
from moderation.policy.glossary import GLOSSARY_TESTS, GlossTest, load_lexicon, read_gloss_tests
from moderation.policy.loader import read_folder
from moderation.policy.reading import Value
from moderation.policy.yaml import parse
from moderation.pool.review.gloss import Glossary, correction_test
from moderation.settings import load_settings
from tests.support.builders import a_match

RULES = Path(__file__).parents[4] / "rules"
Found = tuple[str, str, tuple[str, ...]]


@cache
def shipped() -> Glossary:
    return Glossary(load_lexicon(read_folder(RULES)))


def corrected() -> list[GlossTest]:
    return read_gloss_tests(Value.of(parse((RULES / GLOSSARY_TESTS).read_text("utf-8"), GLOSSARY_TESTS)))


def match(text: str, *words: str | tuple[str, ...], **fields: Any) -> dict[str, Any]:
    """A match whose spans are where the words stand; of a chain, the first of them does."""
    chains = [(word,) if isinstance(word, str) else word for word in words]
    said: dict[str, Any] = a_match().to_json()
    said["spans"] = [["text", text.index(chain[0]), text.index(chain[0]) + len(chain[0]), chain[0]] for chain in chains]
    said["seen"] = [["exact", list(chain) if len(chain) > 1 else []] for chain in chains]
    return {**said, **fields}


def decided(*matches: dict[str, Any], tag: str = "zh-Hans", **language: Any) -> dict[str, Any]:
    return {"matches": list(matches), "notes": [], "language": {"tag": tag, "spans": [], **language}}


def only(text: str, *words: str | tuple[str, ...], tag: str = "zh-Hans", **fields: Any) -> Any:
    """The gloss of the one span of a post."""
    (gloss,) = shipped().gloss({"text": text}, decided(match(text, *words, **fields), tag=tag))
    return gloss


DISGUISED = [
    (("加V", "加微", "加微信"), "zh-Hans", "jia1 V", "WeChat", "加微信", "the alias of an alias"),
    (("加薇信", "加微信"), "zh-Hans", "jia1 wei1 xin4", "WeChat", "加微信", "a homophone"),
    (("te1egram", "telegram"), "en", "", "Telegram", "Telegram", "leet"),
    (("w h a t s a p p", "whatsapp"), "en", "", "WhatsApp", "WhatsApp", "letters apart"),
    (("刷 . 单", "刷单"), "zh-Hans", "shua1 . dan1", "order brushing", "刷单", "characters apart"),
    (("威❤",), "zh-Hans", "wei1 ❤", "WeChat", "微信", "an emoji for a sound"),
    (("❄️🍃💊",), "und", "", "cocaine", "可卡因", "a chain of emoji"),
    (("加微 信",), "zh-Hant", "jia1 wei1 xin4", "WeChat", "加微信", "a list's term with a blank"),
    (("兼職群",), "zh-Hant", "jian1 zhi2 qun2", "side jobs", "兼职", "traditional characters"),
    (("Пиши в ТЕЛЕГУ",), "ru", "pishi v telegu", "Telegram", "Telegram", "capitals, and a reading of its own"),
]


@pytest.mark.parametrize(("chain", "tag", "reading", "en", "zh", "_why"), DISGUISED)
def test_words_are_explained_by_what_they_mean(
    chain: tuple[str, ...], tag: str, reading: str, en: str, zh: str, _why: str
) -> None:
    gloss = only(f"x {chain[0]} x", chain, tag=tag)
    assert (gloss.surface, gloss.start, gloss.end) == (chain[0], 2, 2 + len(chain[0]))
    assert gloss.chain == (chain if len(chain) > 1 else ())
    assert gloss.reading == reading
    assert en in gloss.sense["en"]
    assert zh in gloss.sense["zh"]
    assert gloss.source.startswith("glossary:")


REACHED = [
    ("加我微信 wx_8888", "WeChat account: wx_8888", "微信账号：wx_8888", "contact:wechat"),
    ("+44 20 7946 0958", "phone number (GB): +442079460958", "电话号码（GB）：+442079460958", "contact:phone"),
    ("https://wa.me/44123456789", "WhatsApp account: +44123456789", "WhatsApp账号：+44123456789", "contact:whatsapp"),
    ("shop.example.com/x", "link: shop.example.com/x", "链接：shop.example.com/x", "contact:link"),
    ("GB82WEST12345698765432", "bank account (IBAN, GB): ", "银行账号（IBAN，GB）：", "contact:payment"),
    ("0x52908400098527886E0F7030069857D2E4169EE7", "cryptocurrency address: ", "加密货币地址：", "contact:payment"),
    ("paypal.me/jane", "PayPal account: jane", "PayPal收款账号：jane", "contact:payment"),
    ("jane@example.com", "e-mail address: jane@example.com", "电子邮箱：jane@example.com", "contact:email"),
]


@pytest.mark.parametrize(("written", "en", "zh", "source"), REACHED)
def test_a_contact_says_its_kind_and_platform(written: str, en: str, zh: str, source: str) -> None:
    gloss = only(f"go, {written}", written, tag="en", category="violence")
    assert gloss.sense["en"].startswith(en)
    assert gloss.sense["zh"].startswith(zh)
    assert gloss.source == source
    assert not gloss.severe


def test_a_handle_alone_is_explained_by_the_contact_that_it_is_part_of() -> None:
    assert only("tg @jobs_88", "@jobs_88", tag="en").sense["en"] == "Telegram account: jobs_88"


def test_an_idiom_says_its_benign_sense() -> None:
    gloss = only("先交猫税！", "交猫税")
    assert gloss.source == "idiom:cat_tax"
    assert "photo of the cat" in gloss.sense["en"]


def test_words_within_a_longer_span_are_explained_and_few_of_many_follow_the_rule() -> None:
    short, long = "加V日结", "明天上午十点在公司楼下集合，带好自己的东西，懂的来"
    assert only(short, short).sense["zh"] == '「加v」：V即"微"：加微信；「日结」：当天结工资，假兼职常用诱饵'
    assert only(long, long).sense["en"].startswith('Promises returns ("懂的来": ')
    assert only(long, long).reading == ""


def test_a_latin_word_within_another_is_none() -> None:
    assert only("the snowman show", "snowman show", tag="en").source == "rule:scam.investment"
    assert only("got snow today", "got snow today", tag="en").source == "glossary:snow"


def test_a_word_of_another_language_with_the_same_letters_says_nothing() -> None:
    assert only("nous avons le nom du laut", "laut", tag="fr").sense["en"] == "Promises returns"
    assert only("laut Polizei", "laut", tag="de").source == "glossary:laut"


def test_a_mixed_post_is_read_in_the_language_of_the_place() -> None:
    text = "easy job 加微信 laut"
    spans = [["text", 0, 9, "en"], ["text", 9, 13, "zh-Hans"], ["text", 13, 17, "de"]]
    glosses = shipped().gloss({"text": text}, decided(match(text, "加微信", "laut"), tag="en", spans=spans))
    assert [(gloss.source, gloss.reading) for gloss in glosses] == [
        ("glossary:加微信", "jia1 wei1 xin4"),
        ("glossary:laut", ""),
    ]


@pytest.mark.parametrize(
    ("surface", "reading"),
    [("银行卡", "yin2 hang2 ka3"), ("行动", "xing2 dong4"), ("绿泡泡", "lv4 pao4 pao4"), ("重庆", "chong2 qing4")],
)
def test_characters_with_two_readings_are_read_by_their_word(surface: str, reading: str) -> None:
    assert only(surface, surface).reading == reading


def test_japanese_words_are_not_read_as_chinese() -> None:
    assert only("裏垢女子", "裏垢女子", tag="ja").reading == ""
    assert only("副業", "副業", tag="ja").reading == "fukugyou"


def test_what_nothing_knows_is_explained_by_its_rule() -> None:
    gloss = only("zzz qqq", "qqq", tag="en")
    assert (gloss.source, gloss.sense) == ("rule:scam.investment", {"en": "Promises returns", "zh": "承诺收益"})


def test_equal_spans_are_one_gloss_and_rules_that_act_come_first() -> None:
    text = "日结 刷单 返利"
    watching = match(text, "日结", status="shadow", rule="scam.watching")
    acting = match(text, "刷单", "返利", rule="scam.acting")
    also = match(text, ("刷单",), "日结", status="shadow", rule="scam.also")
    glosses = shipped().gloss({"text": text}, decided(watching, acting, also))
    assert [gloss.surface for gloss in glosses] == ["刷单", "返利", "日结"]


def test_titles_come_before_texts() -> None:
    title = {**match("日结", "日结"), "spans": [["title", 0, 2, "日结"]]}
    glosses = shipped().gloss({"title": "日结", "text": "刷单"}, decided(match("刷单", "刷单"), title))
    assert [gloss.field for gloss in glosses] == ["title", "text"]


def test_what_holds_a_known_number_among_other_words_says_what_the_rule_explains_first() -> None:
    text = "I know where you sleep and tonight I bring my friends along, 415 555 2671"
    gloss = only(text, text, tag="en", category="violence")
    assert gloss.sense["en"].startswith("Promises returns (")


SPANS = [
    ("kill", True, "a word"),
    ("drop dead today", True, "three words"),
    ("hope you drop dead", False, "four: the post would be asterisks"),
    ("你们这些蝗虫都该滚出去", True, "eleven characters"),
    ("你们这些蝗虫全都应该滚出去", False, "thirteen: a sentence, though it has no blank"),
    ("ออกไปจากประเทศนี้", False, "nor has Thai"),
]


@pytest.mark.parametrize(("words", "severe", "_why"), SPANS)
def test_words_are_masked_and_sentences_are_not(words: str, severe: bool, _why: str) -> None:
    assert only(f"x {words} x", words, category="violence").severe is severe


@pytest.mark.parametrize(("category", "severe"), [("hate", True), ("self_harm", True), ("scam", False)])
def test_words_of_severe_categories_are_masked(category: str, severe: bool) -> None:
    assert only("都是蝗虫", "蝗虫", category=category).severe is severe


def test_a_match_that_was_kept_without_chains_has_its_gloss() -> None:
    said = {**match("日结", "日结"), "seen": []}
    assert shipped().gloss({"text": "日结"}, decided(said))[0].source == "glossary:日结"


def test_text_that_is_gone_needs_only_the_slices() -> None:
    assert shipped().gloss({"id": "p"}, decided(match("x +44 20 7946 0958", "+44 20 7946 0958"))) != ()


def test_notes_say_who_keeps_them_and_until_when() -> None:
    note = {"idiom": "cat_tax", "en": "A custom.", "zh": "习惯。"}
    decision = {**decided(), "notes": [note, {**note, "idiom": "of_old"}]}
    kept, old = shipped().notes(decision)
    assert (kept["owner"], kept["communities"]) == ("culture-desk", "newcomers, cat people")
    assert kept["review_by"] >= "2027-01-01"
    assert old == {**note, "idiom": "of_old"}


def test_a_correction_becomes_a_test_of_the_glossary() -> None:
    correction = Correction("p-1", "zh", "日结", "paid at sight", "paid by the day", "rev17")
    written = correction_test(correction)
    lines = "- {" + ", ".join(f"{key}: {value}" for key, value in written.items()) + "}\n"
    value = Value.of(parse(lines, GLOSSARY_TESTS))
    assert read_gloss_tests(value) == [GlossTest("日结", "zh", "paid by the day", "paid at sight")]
    assert value.problems == []


@pytest.mark.parametrize("test", corrected(), ids=lambda test: f"{test.language}-{test.surface}")
def test_what_reviewers_corrected_stays_corrected(test: GlossTest) -> None:
    known = shipped().look_up(test.surface, test.language)
    assert known is not None
    assert test.expected in known[0].values()
    assert test.wrong not in known[0].values()


@pytest.mark.slow
def test_every_span_of_the_demo_has_a_gloss_in_both_languages() -> None:
    posts = bundled()
    unexplained = 0
    spans = 0
    for post, decision in zip(posts, build_pipeline(load_settings(), RULES)(posts), strict=True):
        said = decision.to_json()
        glosses = shipped().gloss(post.to_json(), said)
        acting = [one for one in said["matches"] if one["status"] in {"enforce", "canary"}]
        wanted = {(field, start, end) for one in acting for field, start, end, _ in one["spans"]}
        assert wanted <= {(gloss.field, gloss.start, gloss.end) for gloss in glosses}
        for gloss in glosses:
            assert gloss.sense["en"].strip()
            assert gloss.sense["zh"].strip()
            assert gloss.surface
        spans += len(glosses)
        unexplained += sum(gloss.source.startswith("rule:") for gloss in glosses)
    assert spans > 700
    assert unexplained < 0.65 * spans, "the rest are explained by what the rule says"
