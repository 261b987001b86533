import pytest

from moderation.classifiers.text import fold, language_of


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Hello", "hello"),
        ("ＨＥＬＬＯ　ｗｏｒｌｄ", "hello world"),  # full width, ideographic space
        ("  two\n\n lines\t", "two lines"),
        ("STRASSE", "strasse"),
        ("straße", "strasse"),
        ("", ""),
        (" \n\u3000", ""),
        ("加Ｖ", "加v"),
    ],
)
def test_folding_forgets_width_case_and_white_space(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(folded) == folded


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("zh", "zh"),
        ("zh-Hans", "zh"),
        ("zh-Hant-TW", "zh"),
        ("zh-Latn-pinyin", "zh"),
        ("yue", "zh"),
        ("yue-Hant", "zh"),
        ("en", "en"),
        ("en-GB", "en"),
        ("de", "de"),
        ("de-AT", "de"),
        ("hi-Latn", "hi"),
        ("und", "und"),
        ("zha", "zha"),  # Zhuang is not Chinese though its tag begins so
        ("enm", "enm"),
    ],
)
def test_regions_and_scripts_are_one_language_and_all_of_chinese_is_one(tag: str, language: str) -> None:
    assert language_of(tag) == language
