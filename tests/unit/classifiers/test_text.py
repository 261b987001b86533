import pytest

from moderation.classifiers.text import fold, group_of


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


@pytest.mark.parametrize(
    ("tag", "group"),
    [
        ("zh", "zh"),
        ("zh-Hans", "zh"),
        ("zh-Hant-TW", "zh"),
        ("zh-Latn-pinyin", "zh"),
        ("yue", "zh"),
        ("yue-Hant", "zh"),
        ("en", "en"),
        ("en-GB", "en"),
        ("de", "world"),
        ("ja", "world"),
        ("und", "world"),
        ("zha", "world"),  # Zhuang is not Chinese though its tag begins so
        ("enm", "world"),
    ],
)
def test_each_language_has_one_model(tag: str, group: str) -> None:
    assert group_of(tag) == group
