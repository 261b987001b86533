"""Characters that break careless handling of text; plain ``st.text()`` almost never finds them."""

from __future__ import annotations

from hypothesis import strategies as st

GROUPS = {
    "plain": "abz AZ09",
    "separators": " .-_*·~|/\t\n",
    "punctuation": "，。！？,.!?:;#@'’\"()、…",
    "invisible": "\u200b\u200c\u200d\u2060\ufeff\u00ad\u061c\u3164\u115f\u180e\U000e0061",
    "marks": "\u0300\u0301\u0327\u0338\u20e3\ufe0f\u0489",
    "one that becomes two": "ßŉİǰΐﬁﬃŉẞ℀㍿ﷺ",
    "several small forms": "ſKÅΣςσµϐϑ",
    "styled": "ＡａＺ０ⓐⒶ🄰🅰🅐𝓐𝔞𝕫①⓿²ᴀʙ",
    "look-alikes": "асеорхувАВСЕНКМТабαβενορΑΒΝհοᎪ",
    "leet": "@$!|€£¥0134578+^(×",
    "diacritics": "éñçøłđŽűầё",
    "Han": "加微信号說说裏裡发髮為这這你好々〇㐀\U00020000\U00030000",
    "Han that sound or look alike": "薇徽威薇芯架亻言力口贝者赌睹博叁三",
    "pinyin": "jiawexnV12",
    "compatibility Han": "豈更車⼀⼈",
    "Japanese": "のあアー゛ｱﾞ渋駅働",
    "Hangul": "한국어ㅋㅏ각ﾡ",
    "Thai and Lao": "กำลังที่ำ່ກ",
    "Indic": "किक्षळ्কাதமிழ்",
    "right to left": "سلامـًٌکگیےعبرית",
    "emoji": "😀❤👨‍👩‍👧🏽🇨🇳🏴🐔➕✈🔫",
    "edges of Unicode": "\x01\x7f\x85\xa0\u2028\ufffe\uffff\ue000\U0010ffff",
}


def hard_text(max_size: int = 24) -> st.SearchStrategy[str]:
    """Text of characters that meet in odd ways: mostly from the groups, some from all of Unicode."""
    groups = [st.sampled_from(characters) for characters in GROUPS.values()]
    anything = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    return st.text(st.one_of(*groups, anything), max_size=max_size)
