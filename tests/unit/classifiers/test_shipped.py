"""The models that ship: what they cover, how big they are, and that each head fires on what it is for."""

import json

import pytest

from moderation.classifiers.artifact import shipped
from moderation.classifiers.linear import load_classifier
from moderation.domain.language import Language
from moderation.domain.ports import Classifier


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return load_classifier(None)


HARM = [
    # head, language, harmful, an ordinary text of the same subject
    ("hate", "zh-Hans", "黑人都是垃圾，滚出去", "今天和同学一起去看了画展"),
    ("hate", "en", "those muslims are filth, deport them all", "my neighbours are cooking for the street festival"),
    ("harassment", "en", "you are a stupid pathetic idiot", "you are right, thanks for explaining"),
    ("profanity", "en", "what the fuck is this shit", "what on earth is this thing"),
    ("violence", "en", "they should all be hanged, shoot them", "they should all be invited, call them"),
    ("spam", "zh-Hans", "刷粉刷赞买播放量，便宜，加群", "这家店的面好吃，老板人也好"),
    ("ad_diversion", "zh-Hans", "想要的加我V聊，进群私发", "想要一个安静的周末"),
    ("scam", "en", "double your bitcoin today, send the fee first", "the bus was late today, bring an umbrella"),
    ("self_harm", "en", "i want to die and end it all tonight", "i want to dance all night on saturday"),
    ("hate", "de", "diese Ausländer sind Abschaum, raus mit ihnen", "der Zug nach Hamburg hat Verspätung"),
    ("profanity", "pt", "vai tomar no cu, caralho", "vou tomar um café com a minha avó"),
    ("harassment", "ko", "이 병신 같은 년아 꺼져", "오늘 저녁은 김치찌개예요"),
    ("spam", "ru", "Заработок без вложений от 500$ в день, пишите в личку", "Завтра встречаемся у метро в семь"),
]


@pytest.mark.parametrize(("head", "tag", "harmful", "ordinary"), HARM)
def test_each_head_fires_on_what_it_is_for(
    classifier: Classifier, head: str, tag: str, harmful: str, ordinary: str
) -> None:
    language = Language(tag, shares={tag: 1.0})
    bad, good = classifier([harmful, ordinary], [language, language])
    assert bad[head] > 2 * good[head]
    assert max(good.values()) < 0.3


@pytest.mark.parametrize(
    ("tag", "absent"),
    [
        ("zh", {"profanity", "violence", "sexual"}),
        ("en", {"sexual"}),
        ("fr", {"hate"}),
        ("ru", {"hate"}),
        ("ja", {"hate"}),
    ],
)
def test_what_was_not_learnt_for_a_language_is_absent(classifier: Classifier, tag: str, absent: set[str]) -> None:
    assert not absent & set(classifier(["some text"], [Language(tag, shares={tag: 1.0})])[0])


def test_the_classifiers_take_less_than_twelve_megabytes() -> None:
    sizes = [path.stat().st_size for name in ("zh", "en", "world") for path in (shipped() / name).iterdir()]
    assert sum(sizes) < 12e6


@pytest.mark.parametrize("name", ["zh", "en", "world"])
def test_the_description_gives_figures_for_every_head_and_language(name: str) -> None:
    described = json.loads((shipped() / name / "model.json").read_bytes())
    for head in described["heads"].values():
        for fit in head["languages"].values():
            assert fit["measured"]["rows"] > 0
            assert fit["slope"] > 0
            assert {"p90", "p95", "trained_on"} <= fit.keys()
