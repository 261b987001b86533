"""The second reader: which subword has which cue, and what it is given of a post."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save
from tokenizers import Tokenizer

from moderation.classifiers.artifact import METADATA, read_artifact, shipped, write_artifact
from moderation.classifiers.embeddings import TOKENIZER as SUBWORDS
from moderation.classifiers.fast import Reading, read_signals
from moderation.classifiers.lexicon import CUES, read_lexicons
from moderation.classifiers.reader import KIND, LONGEST, NETWORK, TOKENIZER, Reader, Words, encode, load_reader
from moderation.classifiers.tiers import load_tiers
from moderation.domain.errors import UsageError
from tests.support.networks import adding_up
from tests.support.tiers import write_tiers

LEXICONS = read_lexicons(
    {
        "en": [
            ("neighbours", "group"),
            ("the folks next door", "group"),
            ("strangers", "group"),
            ("baker*", "group"),
            ("vermin", "dehumanise"),
            ("not", "negate"),
        ],
        "zh": [("邻居", "group"), ("外地人", "group"), ("害虫", "dehumanise")],
    }
)
NONE, GROUP, DEHUMANISE, NEGATE = 0, *(CUES.index(cue) + 1 for cue in ("group", "dehumanise", "negate"))


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_str((shipped() / "embedding" / SUBWORDS).read_text("utf-8"))


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """Adds up what the different words weigh: vermin 3, not −1.5, lovely −2, all else nothing."""
    folder = write_tiers(tmp_path_factory.mktemp("models")) / "reader"
    return load_reader(read_artifact(folder, KIND))


def reading(*texts: str, tag: str = "en") -> Reading:
    return read_signals(texts, [tag] * len(texts), LEXICONS)


def encoded(tokenizer: Tokenizer, text: str, tag: str = "en") -> Words:
    return encode(tokenizer, [text], [0], reading(text, tag=tag))[0]


def told(tokenizer: Tokenizer, text: str, tag: str = "en") -> list[tuple[str, int]]:
    """Words with a cue, subwords of one cue that follow each other put together."""
    words: list[tuple[str, int]] = []
    said = encoded(tokenizer, text, tag)
    for (start, end), cue in zip(said.spans.tolist(), said.cues.tolist(), strict=True):
        if words and words[-1][1] == cue:
            words[-1] = (words[-1][0] + text[start:end], cue)
        else:
            words.append((text[start:end], cue))
    return [(word.strip(), cue) for word, cue in words if cue != NONE]


ALIGNED = [
    # text, language, the words that have a cue
    ("they are vermin", "en", [("vermin", DEHUMANISE)]),
    ("vermin are not here", "en", [("vermin", DEHUMANISE), ("not", NEGATE)]),
    ("vermin", "en", [("vermin", DEHUMANISE)]),  # where a text begins, no space stands before
    ("such vermin!", "en", [("vermin", DEHUMANISE)]),
    ("nothing here", "en", []),  # no word of the lexicon
    ("our strangers sing", "en", [("strangers", GROUP)]),
    ("他们是害虫吗", "zh", [("害虫", DEHUMANISE)]),
    ("v\u200berm\u2060in here", "en", [("v\u200berm\u2060in", DEHUMANISE)]),  # what cannot be seen is inside the word
    ("they are vermin", "de", []),  # no lexicon
]


@pytest.mark.parametrize(("text", "tag", "words"), ALIGNED)
def test_each_subword_has_the_cue_of_its_word(
    tokenizer: Tokenizer, text: str, tag: str, words: list[tuple[str, int]]
) -> None:
    assert told(tokenizer, text, tag) == words


@pytest.mark.parametrize("text", ["they are vermin", "vermin, not a word of it", "a wholly unheard-of thing", "😀 ok"])
def test_subwords_without_a_group_are_the_tokenisers(tokenizer: Tokenizer, text: str) -> None:
    said, plain = encoded(tokenizer, text), tokenizer.encode(text, add_special_tokens=False)
    assert said.words.tolist() == plain.ids
    assert list(map(tuple, said.spans.tolist())) == plain.offsets
    assert len(said.cues) == len(said.words)


SWAPPED = [
    ("en", "my neighbours sing", "my strangers sing"),
    ("en", "the folks next door sing", "neighbours sing"),  # many subwords become one
    ("en", "neighbours", "strangers"),
    ("en", "my bakers sing", "my strangers sing"),  # with its ending
    ("zh", "我邻居唱歌", "我外地人唱歌"),
]


@pytest.mark.parametrize(("tag", "one", "other"), SWAPPED)
def test_the_name_of_a_group_is_one_word_whatever_it_is(tokenizer: Tokenizer, tag: str, one: str, other: str) -> None:
    first, second = encoded(tokenizer, one, tag), encoded(tokenizer, other, tag)
    assert first.words.tolist() == second.words.tolist()
    assert first.cues.tolist() == second.cues.tolist()
    group = tokenizer.get_vocab_size() + 1
    assert first.words.tolist().count(group) == 1
    assert first.cues[first.words.tolist().index(group)] == GROUP


def test_the_span_of_a_group_is_its_whole_name(tokenizer: Tokenizer) -> None:
    text = "ask the folks next door about it"
    said = encoded(tokenizer, text)
    start, end = said.spans[said.cues.tolist().index(GROUP)]
    assert text[start:end].strip() == "the folks next door"


def test_two_groups_with_a_word_between_are_two(tokenizer: Tokenizer) -> None:
    assert encoded(tokenizer, "neighbours and strangers").cues.tolist().count(GROUP) == 2


def test_no_more_is_read_than_the_longest(tokenizer: Tokenizer) -> None:
    long = encoded(tokenizer, "word " * 500 + "vermin")
    assert len(long.words) == len(long.cues) == len(long.spans) == LONGEST
    assert not long.cues.any()
    assert len(encoded(tokenizer, "vermin " * 500).words) == LONGEST


@pytest.mark.parametrize("text", ["", " "])
def test_an_empty_text_is_one_filler(tokenizer: Tokenizer, text: str) -> None:
    said = encoded(tokenizer, text)
    assert said.words.tolist() == [tokenizer.get_vocab_size()]
    assert said.cues.tolist() == [NONE]
    assert said.spans.tolist() == [[0, 0]]


TEXTS = ["vermin", "", "not vermin", "my lovely vermin", "my neighbours are vermin", "vermin " * 300]


def test_raw_scores_are_the_networks(reader: Reader) -> None:
    scores = reader(TEXTS, range(len(TEXTS)), reading(*TEXTS))
    assert scores[:, reader.heads.index("hate")].tolist() == [3.0, 0.0, 1.5, 1.0, 3.0, 3.0]
    assert not scores[:, reader.heads.index("profanity")].any()


def test_one_by_one_equals_the_batch_and_only_the_chosen_rows_are_read(reader: Reader) -> None:
    whole = reader(TEXTS, range(len(TEXTS)), reading(*TEXTS))
    singles = [reader([text], [0], reading(text))[0] for text in TEXTS]
    assert np.array_equal(whole, np.array(singles))
    assert np.array_equal(reader(TEXTS, [3, 0], reading(*TEXTS)), whole[[3, 0]])
    assert reader(TEXTS, [], reading(*TEXTS)).shape == (0, 2)


def test_without_a_word_the_score_lacks_what_it_adds(reader: Reader) -> None:
    text = "my lovely vermin"
    hate = reader.heads.index("hate")
    assert [(word, added[hate]) for word, added in reader.without_each([text], 0, reading(text))] == [
        ("my", 0.0),
        ("lovely", -2.0),
        ("vermin", 3.0),
    ]


@pytest.mark.parametrize(
    ("file", "content"),
    [
        (NETWORK, b"no network"),
        (NETWORK, b""),
        (NETWORK, save({"words": np.zeros((8, 5), dtype=np.int8)})),
        (NETWORK, save(adding_up([1.0], column=0, heads=2))),  # of another tokeniser
        (NETWORK, save(adding_up([0.0] * 5, column=0, heads=3))),  # of other heads
        (TOKENIZER, b"{}"),
        (TOKENIZER, b"\xff"),
        (TOKENIZER, None),
    ],
)
def test_a_network_and_tokeniser_that_cannot_be_read_or_do_not_fit_are_refused_with_file_and_remedy(
    tmp_path: Path, file: str, content: bytes | None
) -> None:
    whole = read_artifact(write_tiers(tmp_path) / "reader", KIND)
    contents = {name: body for name, body in whole.files.items() if name != file}
    if content is not None:
        contents[file] = content
    write_artifact(tmp_path / "other", {"kind": KIND, "heads": ["hate", "profanity"]}, contents, "")
    with pytest.raises(UsageError, match=r"tokeniser and a network.*models train") as refused:
        load_reader(read_artifact(tmp_path / "other", KIND))
    assert str(tmp_path / "other" / METADATA) in str(refused.value)


def test_models_of_an_earlier_version_are_refused_with_the_remedy(tmp_path: Path) -> None:
    described = write_tiers(tmp_path) / "reader" / METADATA
    described.write_text(described.read_text().replace(KIND, "reader@1"))
    with pytest.raises(UsageError, match=r"reader@1.*reader@2.*models train.*models.classifiers") as refused:
        load_tiers(tmp_path)
    assert str(described) in str(refused.value)
