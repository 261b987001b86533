"""The models that ship: what they cover, how big they are, and that they tell a harm from its benign twin."""

import json

import pytest

from moderation.classifiers.artifact import shipped
from moderation.classifiers.tiers import PARTS, TieredClassifier, load_tiers
from moderation.domain.language import Language
from moderation.training.sources import HEADS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def classifier() -> TieredClassifier:
    return load_tiers(None)


def spoken(tag: str) -> Language:
    return Language(tag, shares={tag: 1.0})


def test_each_part_has_its_version(classifier: TieredClassifier) -> None:
    assert set(classifier.versions) == set(PARTS)
    assert all(len(version) == 12 and int(version, 16) >= 0 for version in classifier.versions.values())


def test_the_calibration_was_fitted_to_the_tiers_beside_it(classifier: TieredClassifier) -> None:
    described = json.loads((shipped() / "calibration" / "model.json").read_bytes())
    assert described["tiers"] == {name: classifier.versions[name] for name in ("fast", "reader")}


@pytest.mark.parametrize("tag", ["zh-Hans", "en"])
def test_chinese_and_english_have_every_head(classifier: TieredClassifier, tag: str) -> None:
    assert set(classifier(["some text"], [spoken(tag)])[0]) == set(HEADS)


@pytest.mark.parametrize("tag", ["de", "es", "it", "pt", "ko", "ja", "ru", "ar"])
def test_other_languages_have_hate_at_least(classifier: TieredClassifier, tag: str) -> None:
    assert "hate" in classifier(["some text"], [spoken(tag)])[0]


def test_a_language_without_text_of_its_own_has_no_scores(classifier: TieredClassifier) -> None:
    assert classifier(["some text", "some text"], [spoken("is"), spoken("und")]) == [{}, {}]


TWINS = [
    # head, language, violating, its benign twin
    ("hate", "en", "Women are too dumb to be let anywhere near a ballot box", "Women waited hours at that ballot box"),
    ("hate", "en", "immigrants are parasites and should be thrown out", "a tick is a parasite, throw it out"),
    (
        "harassment",
        "en",
        "you are a pathetic moron and everyone laughs at you",
        "I felt like a moron, but you were kind",
    ),
    (
        "violence",
        "en",
        "I know where he parks, I will break his legs tonight",
        "I broke my leg in the car park last night",
    ),
    (
        "self_harm",
        "en",
        "I can't do this any more, tonight I end my life",
        "This traffic will be the end of me tonight",
    ),
    (
        "scam",
        "en",
        "Send 0.1 BTC and I will send back double within an hour, guaranteed",
        "Never send anyone BTC, he never sends it back",
    ),
    (
        "ad_diversion",
        "en",
        "Full price list on my telegram, message me there",
        "Is the price on the list for the full tray?",
    ),
    (
        "illegal_goods",
        "en",
        "Selling oxy and xanax, no prescription needed, discreet shipping",
        "Ask your doctor before you stop taking xanax",
    ),
    ("hate", "zh-Hans", "外地人都是蝗虫，赶紧滚出我们的城市", "今年蝗虫少了，外地人也来我们城市看花"),
    ("hate", "zh-Hans", "女的就不配上桌吃饭", "我妈妈做了一桌饭等大家"),
    ("harassment", "zh-Hans", "你就是个没人要的废物，照照镜子吧", "我把废纸卖了，换了一面镜子"),
    ("violence", "zh-Hans", "明天放学别走，我带人打断你的腿", "明天放学别走，我带你去打球"),
    ("self_harm", "zh-Hans", "活着没有意思，今晚我就从楼上跳下去", "今晚楼上的人又在跳绳，真没意思"),
    ("scam", "zh-Hans", "刷单日结，先交押金，包你日赚三百", "警方提醒：让你先交押金的刷单都是骗局"),
    ("ad_diversion", "zh-Hans", "要货的加我薇信，主页有号", "主页的号是我妈妈帮我取的"),
    ("illegal_goods", "zh-Hans", "出售假证，身份证驾照都能办，货到付款", "我的身份证丢了，要去派出所补办"),
    ("hate", "de", "Diese Ausländer sind Ungeziefer, raus mit ihnen", "Im Keller ist Ungeziefer, raus mit den Kartons"),
    (
        "hate",
        "de",
        "Frauen gehören an den Herd und sonst nirgendwohin",
        "Der Herd ist kaputt, wir essen heute auswärts",
    ),
    ("hate", "it", "I musulmani sono parassiti, fuori tutti", "Il cane ha i parassiti, stanotte dorme fuori"),
    ("hate", "it", "Le donne sono troppo stupide per votare", "Le donne del paese hanno votato stamattina"),
    ("hate", "es", "Los inmigrantes son ratas, que se larguen todos", "En el sótano hay ratas, llama al ayuntamiento"),
    ("hate", "es", "Las mujeres no sirven para pensar", "Las mujeres del barrio organizaron la feria"),
    ("hate", "ja", "外国人はゴミだ、国に帰れ", "外国人の友だちとゴミ拾いをした"),
    ("hate", "ja", "女は頭が悪いから黙っていろ", "頭が痛いので今日は静かに寝ます"),
    ("hate", "ko", "외국인들은 벌레야, 다 쫓아내야 해", "방에 벌레가 나와서 다 쫓아냈어"),
    ("harassment", "ko", "이 병신 같은 놈아 꺼져", "오늘 저녁은 김치찌개예요"),
    ("hate", "ru", "Мигранты — это паразиты, гнать их всех", "У кота паразиты, завтра к ветеринару"),
    ("hate", "ru", "Бабы тупые, их место на кухне", "На кухне тупые ножи, купи точилку"),
]


@pytest.mark.parametrize(("head", "tag", "violating", "benign"), TWINS)
def test_a_violating_post_stands_above_its_benign_twin(
    classifier: TieredClassifier, head: str, tag: str, violating: str, benign: str
) -> None:
    bad, good = classifier([violating, benign], [spoken(tag)] * 2)
    assert bad[head] > good[head]


@pytest.mark.parametrize(
    ("tag", "text"), [(tag, violating) for head, tag, violating, _ in TWINS if head == "self_harm"]
)
def test_despair_is_read_in_haste_too(classifier: TieredClassifier, tag: str, text: str) -> None:
    scores, shed = classifier.hurried([text], [spoken(tag)], [0])
    assert (scores, shed) == (classifier([text], [spoken(tag)]), set())


ORDINARY = [
    ("en", "we killed it in the match last night, what a team"),
    ("en", "does anyone know a good dentist near the station?"),
    ("en", "my gay neighbours got married on saturday"),
    ("zh-Hans", "今天的面太好吃了，老板人也好"),
    ("zh-Hans", "这关的怪怎么打，卡了一晚上"),
    ("zh-Hans", "东北的冬天真冷，大家多穿点"),
    ("de", "Der Zug nach Hamburg hat schon wieder Verspätung"),
    ("fr", "On se retrouve devant le cinéma à huit heures"),
    ("es", "Mañana llevo tarta para todos"),
    ("pt", "vou tomar um café com a minha avó"),
    ("ja", "明日は雨らしいので傘を持って行こう"),
    ("ko", "내일 비 온대, 우산 챙겨"),
    ("ru", "Завтра встречаемся у метро в семь"),
]


@pytest.mark.parametrize(("tag", "text"), ORDINARY)
def test_no_head_is_sure_of_an_ordinary_post(classifier: TieredClassifier, tag: str, text: str) -> None:
    scores = classifier([text], [spoken(tag)])[0]
    assert {head: score for head, score in scores.items() if score >= 0.5} == {}


def test_the_models_take_less_than_eighteen_megabytes() -> None:
    sizes = [path.stat().st_size for name in PARTS for path in (shipped() / name).iterdir()]
    assert sum(sizes) < 18e6


def test_the_description_gives_lines_and_figures_for_every_head_and_language() -> None:
    described = json.loads((shipped() / "calibration" / "model.json").read_bytes())
    assert set(described["lines"]) == set(HEADS)
    for languages in described["lines"].values():
        for fit in languages.values():
            assert fit["measured"]["rows"] > 0
            assert fit["fast"][0] > 0
            assert min(fit["both"][:2]) >= 0
            assert {"p90", "p95", "trained_on"} <= fit.keys()


@pytest.mark.parametrize("name", PARTS)
def test_the_card_gives_use_and_data(name: str) -> None:
    card = (shipped() / name / "card.md").read_text("utf-8")
    assert card.startswith(f"# Model card: {name} (")
    assert "## Intended use" in card
    assert "## Data" in card
