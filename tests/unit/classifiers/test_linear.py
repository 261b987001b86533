import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save

from moderation.classifiers.artifact import METADATA, WEIGHTS, read_artifact, write_artifact
from moderation.classifiers.features import Features
from moderation.classifiers.heads import Calibration
from moderation.classifiers.linear import LinearClassifier, load_classifier
from moderation.domain.errors import UsageError
from moderation.domain.language import Language

BITS = 10


def write_model(folder: Path, heads: dict[str, list[str]], *markers: str) -> None:
    """A model whose heads score +8 for a text that is a head's one character ``marker`` and −4 for its absence."""
    features = Features("char", (1, 1), BITS)
    weights = {}
    for head, marker in zip(heads, markers * len(heads) if len(markers) == 1 else markers, strict=True):
        column = features([marker])
        weights[head] = np.zeros(2**BITS, dtype=np.int8)
        weights[head][column.indices] = (127 * np.sign(column.data)).astype(np.int8)
    described = {
        "kind": "linear@1",
        "features": features.to_json(),
        "heads": {
            head: {
                "scale": 12 / 127,
                "bias": -4.0,
                "languages": {tag: {"slope": 1.0, "offset": 0.0, "p90": None, "p95": None} for tag in tags},
            }
            for head, tags in heads.items()
        },
    }
    write_artifact(folder, described, save(weights), "# card\n")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("models")
    write_model(root / "zh", {"hate": ["zh"], "spam": ["zh"]}, "甲")
    write_model(root / "en", {"hate": ["en"], "profanity": ["en"]}, "q")
    write_model(root / "world", {"hate": ["de"], "harassment": ["de", "ko"]}, "x")
    return root


@pytest.fixture(scope="module")
def classifier(folder: Path) -> LinearClassifier:
    loaded = load_classifier(folder)
    assert isinstance(loaded, LinearClassifier)
    return loaded


def spoken(tag: str, **shares: float) -> Language:
    return Language(tag, shares=shares or {tag: 1.0})


@pytest.mark.parametrize(
    ("tag", "heads"),
    [
        ("zh-Hans", {"hate", "spam"}),
        ("yue", {"hate", "spam"}),
        ("en", {"hate", "profanity"}),
        ("de", {"hate", "harassment"}),
        ("de-AT", {"hate", "harassment"}),
        ("ko", {"harassment"}),  # hate is not calibrated for Korean: absent, not 0
        ("ja", set()),
        ("und", set()),
    ],
)
def test_a_category_that_nothing_covers_is_absent(classifier: LinearClassifier, tag: str, heads: set[str]) -> None:
    assert set(classifier(["some text"], [spoken(tag)])[0]) == heads


@pytest.mark.parametrize(
    ("language", "heads"),
    [
        (
            Language("nl", doubtful=True, candidates=("nl", "en")),
            {"hate", "profanity"},
        ),  # nothing covers nl, en may be it
        (Language("nl", candidates=("nl", "en")), set()),
        (Language("nl", doubtful=True, candidates=("nl", "de")), {"hate", "harassment"}),
        (
            Language("zh-Latn-pinyin", doubtful=True, candidates=("zh-Latn-pinyin", "ko-Latn")),
            {"hate", "spam", "harassment"},
        ),
        (spoken("nl", nl=0.6, de=0.4), {"hate", "harassment"}),  # the larger language is not covered, the other is
        (spoken("nl", nl=0.8, de=0.2), set()),
    ],
)
def test_every_model_reads_a_post_that_may_be_in_its_languages(
    classifier: LinearClassifier, language: Language, heads: set[str]
) -> None:
    assert set(classifier(["some text"], [language])[0]) == heads


def test_scores_are_probabilities_that_tell_harm_from_none(classifier: LinearClassifier) -> None:
    harmful, harmless = classifier(["qqq", "aaa"], [spoken("en"), spoken("en")])
    assert harmful["hate"] == round(1 / (1 + np.exp(-8)), 4)
    assert harmless["hate"] == round(1 / (1 + np.exp(4)), 4)


@pytest.mark.parametrize(
    ("language", "read_by_english"),
    [
        (spoken("zh-Hans", **{"zh-Hans": 0.7, "en": 0.3}), True),
        (spoken("zh-Hans", **{"zh-Hans": 0.75, "en": 0.25}), True),
        (spoken("zh-Hans", **{"zh-Hans": 0.76, "en": 0.24}), False),
        (spoken("zh-Hans"), False),
    ],
)
def test_a_second_language_is_read_from_a_quarter_of_the_post_on(
    classifier: LinearClassifier, language: Language, read_by_english: bool
) -> None:
    scores = classifier(["qqq"], [language])[0]
    assert ("profanity" in scores) is read_by_english
    assert (scores["hate"] > 0.5) is read_by_english  # the larger of both models' scores


def test_each_head_has_its_own_weights_whatever_their_order(tmp_path: Path) -> None:
    write_model(tmp_path / "en", {"violence": ["en"], "spam": ["en"], "hate": ["en"]}, "v", "s", "h")
    scores = load_classifier(tmp_path)(["vvv", "sss", "hhh"], [spoken("en")] * 3)
    assert [max(score, key=score.__getitem__) for score in scores] == ["violence", "spam", "hate"]


def test_blank_texts_have_no_scores(classifier: LinearClassifier) -> None:
    assert classifier(["", " \n"], [spoken("en"), spoken("zh")]) == [{}, {}]


def test_no_texts_no_scores(classifier: LinearClassifier) -> None:
    assert classifier([], []) == []


LANGUAGES = st.sampled_from(
    [spoken("zh-Hans"), spoken("en"), spoken("de"), spoken("ja"), spoken("zh", zh=0.5, en=0.5), spoken("und")]
)
TEXTS = st.text(alphabet="aq x甲乙ß한글é́ñ🙂\n０", max_size=60)


@given(posts=st.lists(st.tuples(TEXTS, LANGUAGES), max_size=9))
def test_a_batch_equals_its_singles(classifier: LinearClassifier, posts: list[tuple[str, Language]]) -> None:
    batch = classifier([text for text, _ in posts], [language for _, language in posts])
    assert batch == [classifier([text], [language])[0] for text, language in posts]


def test_extreme_scores_stay_probabilities() -> None:
    calibration = Calibration(slope=1.0, offset=0.0)
    assert calibration(1e9) == 1.0
    assert calibration(-1e9) == 0.0
    assert calibration(0.0) == 0.5


def test_versions_name_each_model_and_change_with_it(folder: Path, tmp_path: Path) -> None:
    write_model(tmp_path / "zh", {"hate": ["zh"]}, "乙")
    here, there = load_classifier(folder).versions, load_classifier(tmp_path).versions
    assert set(here) == {"zh", "en", "world"}
    assert set(there) == {"zh"}
    assert here["zh"] != there["zh"]
    assert all(len(version) == 12 for version in here.values())


def edit(folder: Path, **changes: object) -> None:
    described = json.loads((folder / METADATA).read_text())
    (folder / METADATA).write_text(json.dumps({**described, **changes}))


@pytest.mark.parametrize(
    ("damage", "names"),
    [
        (lambda folder: (folder / WEIGHTS).write_bytes(b"no weights"), WEIGHTS),
        (lambda folder: (folder / WEIGHTS).unlink(), WEIGHTS),
        (lambda folder: (folder / METADATA).unlink(), METADATA),
        (lambda folder: (folder / METADATA).write_text("{"), METADATA),
        (lambda folder: (folder / METADATA).write_text("[]"), METADATA),
        (lambda folder: edit(folder, kind="quadratic@7"), "quadratic@7"),
        (lambda folder: edit(folder, heads={"spam": {"scale": 1, "bias": 0, "languages": {}}}), WEIGHTS),
        (lambda folder: edit(folder, heads=3), WEIGHTS),
        (lambda folder: edit(folder, features={}), WEIGHTS),
    ],
    ids=[
        "other bytes",
        "no weights",
        "no description",
        "no JSON",
        "no object",
        "kind",
        "no heads",
        "heads",
        "features",
    ],
)
def test_a_damaged_model_is_refused_with_file_and_remedy(tmp_path: Path, damage: object, names: str) -> None:
    write_model(tmp_path / "en", {"hate": ["en"]}, "q")
    damage(tmp_path / "en")  # type: ignore[operator]
    with pytest.raises(UsageError, match=str(tmp_path / "en")) as refused:
        load_classifier(tmp_path)
    assert names in str(refused.value)
    assert "models train" in str(refused.value) or "Use a model" in str(refused.value)


def test_a_folder_without_models_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no models in"):
        load_classifier(tmp_path)


def test_what_was_written_is_read(tmp_path: Path) -> None:
    write_model(tmp_path / "en", {"hate": ["en"]}, "q")
    artifact = read_artifact(tmp_path / "en")
    assert artifact.name == "en"
    assert artifact.metadata["kind"] == "linear@1"
    assert (tmp_path / "en" / "card.md").read_text() == "# card\n"
