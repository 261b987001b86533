"""Texts of Han and Kana: simplified, traditional, Cantonese, Japanese."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.folding.fold import codes, join
from moderation.language import han
from moderation.language.calibration import SURE
from moderation.language.verdict import Verdict


def _rows(texts: list[str]) -> np.ndarray:
    text, starts = join(texts)
    at = np.flatnonzero(han.classes()[0][text])
    return han.count(text[at], np.repeat(np.arange(len(texts)), np.diff(starts))[at], len(texts), at)


def _row(text: str) -> list[int]:
    row: list[int] = _rows([text])[0].tolist()
    return row


def _judge(text: str) -> Verdict:
    return han.judge(_row(text))


def _cut(text: str) -> list[tuple[str, str]]:
    return [(text[start:end], tag) for start, end, _, tag in han.clauses(text)]


JAPANESE = [
    "駅前集合",
    "本日休業",
    "送料無料",
    "新宿駅東口",
    "臨時休館",
    "全席禁煙",
    "会員限定価格",
    "電車遅延中",
    "株価急落",
    "即日発送可",
    "初回限定盤",
    "体調不良",
    "未成年飲酒",
    "高校野球",
    "交通事故多発",
    "眠気限界",
    "禁酒三日目",
    "時々雨",
    "〆切間近",
    "明日休み",  # with one kana or two
    "駅に着",
    "夜勤明けの朝",
    "花見の季節",
    "元気の源",
    "猫カフェ",
    "コーヒー",
    "ｺｰﾋｰ",
    "ツイッター",
    "食べる",
    "図書館で勉強中",
]


@pytest.mark.parametrize("text", JAPANESE)
def test_japanese_is_known_with_little_kana_or_none(text: str) -> None:
    verdict = _judge(text)
    assert verdict.tag == "ja"
    assert verdict.confidence >= SURE


@pytest.mark.parametrize("text", ["大丈夫", "猫最高"])
def test_short_japanese_words_are_japanese(text: str) -> None:
    assert _judge(text).tag == "ja"


@pytest.mark.parametrize(
    "text", ["日本", "学生", "大学", "東京", "世界", "電話", "最高", "鮮の味", "優の良品", "日本の夏"]
)
def test_what_reads_well_in_both_languages_is_doubtful_and_names_both(text: str) -> None:
    verdict = _judge(text)
    assert verdict.confidence < SURE
    assert "ja" in {verdict.tag, *verdict.others}
    assert {"zh-Hans", "zh-Hant"} & {verdict.tag, *verdict.others}


CHINESE = [
    ("你好", "zh-Hans"),  # the same in both spellings
    ("好吃", "zh-Hans"),
    ("今天", "zh-Hans"),
    ("加油", "zh-Hans"),
    ("我先走", "zh-Hans"),
    ("不错", "zh-Hans"),
    ("谢谢老板", "zh-Hans"),
    ("东京大学", "zh-Hans"),
    ("东京大学的日本留学生", "zh-Hans"),
    ("東京大學", "zh-Hant"),
    ("新年快樂", "zh-Hant"),
    ("天氣好熱", "zh-Hant"),
    ("請勿打擾", "zh-Hant"),
    ("無聊", "zh-Hant"),
    ("我昨天看了陳奕迅的演唱会，真的很好听", "zh-Hans"),  # one traditional name
    ("今晚在臺北吃的这家面馆真不错", "zh-Hans"),
    ("他發了一條微博说很喜歡這裡的風景", "zh-Hant"),  # one simplified character
    ("后来才知道皇后的故事", "zh-Hans"),
    ("好ㄛ", "zh-Hant"),
    ("ㄏㄏ", "zh-Hant"),
    ("今天好开心(ノ´▽`)ノ", "zh-Hans"),  # kana of faces and ornaments
    ("哈哈ヽ(>∀<)ノ", "zh-Hans"),
    ("好累啊 (つд⊂)", "zh-Hans"),
    ("ヾ(≧▽≦*)o 早上好", "zh-Hans"),
    ("太可爱了シ", "zh-Hans"),
    ("笑死我了（ーー゛）", "zh-Hans"),
    ("好吃の蛋糕", "zh-Hans"),
    ("我的の", "zh-Hans"),
    ("今天推荐一首歌《さくら》很好听", "zh-Hans"),  # kana names
    ("大家一起看《ワンピース》吧", "zh-Hans"),
]


@pytest.mark.parametrize(("text", "tag"), CHINESE)
def test_chinese_is_known_in_its_spelling_and_is_not_taken_for_japanese(text: str, tag: str) -> None:
    verdict = _judge(text)
    assert verdict.tag == tag
    assert verdict.confidence >= SURE


@pytest.mark.parametrize("text", ["ツ", "(ノ`Д)ノ", "の", "シ_シ", "ー", "", "abc"])
def test_ornaments_alone_have_no_language(text: str) -> None:
    assert _judge(text).tag == "und"


CANTONESE = [
    "你食咗飯未呀",
    "而家去邊度",
    "佢哋喺度等緊你",
    "聽日返工",
    "今晚食乜好",
    "唔使客氣",
    "好耐冇見",
    "係咪真㗎",
    "我唔知點解會咁",
    "呢個嘢好貴",
    "落雨收衫",
    "你食咗饭未呀",  # in simplified characters
    "而家去边度",
    "点解会咁",
    "唔该晒",
    "几多钱",
    "佢哋系边度",
    "听日返工",
    "你系边个",
    "揸车小心啲",
    "乜嘢事",
    "系咪真架",
    "边度有得卖",
    "冇所谓啦",
    "点解唔去",
]


@pytest.mark.parametrize("text", CANTONESE)
def test_cantonese_is_known_in_both_spellings(text: str) -> None:
    verdict = _judge(text)
    assert verdict.tag == "yue"
    assert verdict.confidence >= SURE


NOT_CANTONESE = [
    "唔…好吧",
    "唔，我知道了",
    "唔，让我想想",
    "冇事的兄弟",
    "冇得玩了",
    "咁不是吧",
    "此係本公司之規定",
    "確係本人簽名無誤",
    "查無此人，係屬誤會",
    "睇这个",
    "这个妹子好靓",
    "靓仔你好",
    "太好啦",
    "干咩",
    "小猫咪喵喵叫",
    "而家长们都来了",  # words of Cantonese across the borders of words of Mandarin
    "一点解释都没有",
    "三点解决战斗",
    "他听日语歌",
    "周边度假村",
    "人呢个个都走了",
    "就系统而言",
    "能有几多愁",
    "喇叭声太吵",
]


@pytest.mark.parametrize("text", NOT_CANTONESE)
def test_mandarin_with_a_character_or_two_of_cantonese_is_not(text: str) -> None:
    assert _judge(text).tag in {"zh-Hans", "zh-Hant"}


def test_neighbours_are_what_stands_side_by_side_and_not_across_a_comma() -> None:
    joined, parted = _row("唔係呀"), _row("唔，係呀")
    assert joined[han.Kind.cantonese] > parted[han.Kind.cantonese]
    text = codes("唔係呀")
    assert han.count(text, np.zeros(3, dtype=np.int64), 1)[0].tolist() == joined


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("我好喜欢这个，かわいいですね", [("我好喜欢这个", "zh-Hans"), ("かわいいですね", "ja")]),
        ("今日は楽しかった！谢谢大家", [("今日は楽しかった", "ja"), ("谢谢大家", "zh-Hans")]),
        ("「你好」と言った", [("你好", "zh-Hans"), ("と言った", "ja")]),
        ("我很喜欢さくら这首歌", [("我很喜欢", "zh-Hans"), ("さくら", "ja"), ("这首歌", "zh-Hans")]),
        ("学校。你好。学校だよ", [("学校", "zh-Hans"), ("你好", "zh-Hans"), ("学校だよ", "ja")]),
        ("這是我看的《すずめ》，很感動", [("這是我看的", "zh-Hant"), ("すずめ", "ja"), ("很感動", "zh-Hant")]),
        ("佢哋話好似アイドル咁", [("佢哋話好似", "yue"), ("アイドル", "ja"), ("咁", "yue")]),
    ],
)
def test_a_mixed_text_is_told_apart_part_by_part(text: str, parts: list[tuple[str, str]]) -> None:
    assert han.is_mixed(_row(text))
    assert _cut(text) == parts


@pytest.mark.parametrize(
    "text", ["今天好开心(ノ´▽`)ノ", "今日はとても天気がいいですね", "新商品の発売日は来週です", "你好", "ツ"]
)
def test_one_language_is_not_mixed(text: str) -> None:
    assert not han.is_mixed(_row(text))


_ALPHABET = st.one_of(
    st.sampled_from("的了我日本東京学生駅係唔嘅咗点解這说々〆〇のノツシーぁカﾉｱ"),
    st.characters(min_codepoint=0x2E80, max_codepoint=0x33FF),
    st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF),
    st.characters(min_codepoint=0xF900, max_codepoint=0xFAFF),
    st.characters(min_codepoint=0xFF00, max_codepoint=0xFFEF),
    st.characters(min_codepoint=0x1B000, max_codepoint=0x1B16F),
    st.characters(min_codepoint=0x20000, max_codepoint=0x323AF),
    st.sampled_from("，。 1\u3099\ufe0f\ud800"),
)
_TEXTS = st.text(_ALPHABET, max_size=20)


@given(st.lists(_TEXTS, min_size=1, max_size=8))
def test_a_batch_gives_what_its_texts_give_singly(texts: list[str]) -> None:
    assert _rows(texts).tolist() == [_row(text) for text in texts]


@given(_TEXTS)
def test_any_text_has_a_verdict_and_parts_that_hold_each_letter_once(text: str) -> None:
    verdict = _judge(text)
    assert 0 <= verdict.confidence <= 1
    assert verdict.tag not in verdict.others
    letters = np.flatnonzero(han.classes()[0][codes(text)]).tolist()
    parts = han.clauses(text)
    assert [at for start, end, _, _ in parts for at in range(start, end) if at in letters] == letters
    assert sum(weight for _, _, weight, _ in parts) == len(letters)
    assert {tag for *_, tag in parts} <= {"ja", "zh-Hans", "zh-Hant", "yue"}


@given(st.text(st.sampled_from("嘅唔駅々你かノ"), min_size=1, max_size=6))
def test_a_long_text_is_judged_as_a_short_one_and_does_not_overflow(text: str) -> None:
    once, often = _row(text), _row(" ".join([text] * 3000))
    assert often == [3000 * number for number in once]
    assert 0 <= han.judge(often).confidence <= 1
