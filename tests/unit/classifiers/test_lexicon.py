"""Terms in folded texts: which are found, which are not, and where they stand."""

from collections.abc import Mapping, Sequence

import pytest

from moderation.classifiers.folded import read
from moderation.classifiers.lexicon import CUES, Lexicon, find, read_lexicons
from moderation.folding.fold import text_of

ENGLISH = [
    ("women", "group"),
    ("gay", "group"),
    ("gay men", "group"),
    ("turk*", "group"),
    ("rat", "dehumanise"),
    ("kill*", "threaten"),
    ("kill time", "play"),
    ("shot", "weapon"),
    ("shot", "health"),
    ("not", "negate"),
    ("won't", "negate"),
    ("Café", "sale"),
    ("24/7", "sale"),
    ("+1", "contact"),
]
CHINESE = [
    ("女人", "group"),
    ("女", "person"),
    ("微信", "contact"),
    ("加微信", "contact"),
    ("vx", "contact"),
    ("不是", "negate"),
    ("說謊", "demean"),
]
LEXICONS = read_lexicons({"en": ENGLISH, "zh": CHINESE})


def terms(text: str, tag: str = "en", lexicons: Mapping[str, Lexicon] = LEXICONS) -> list[tuple[str, str]]:
    return batch([(text, tag)], lexicons)[0]


def batch(posts: Sequence[tuple[str, str]], lexicons: Mapping[str, Lexicon] = LEXICONS) -> list[list[tuple[str, str]]]:
    """The folded term and the cue of each hit, by post."""
    folded = read([text for text, _ in posts])
    hits = find(folded, [tag for _, tag in posts], lexicons)
    return [
        [
            (text_of(folded.codes[start:end]), CUES[cue])
            for start, end, cue in zip(mine.starts, mine.ends, mine.cues, strict=True)
        ]
        for mine in map(hits.of, range(len(posts)))
    ]


FOUND = [
    # text, language, what is found, and why
    ("a rat", "en", [("rat", "dehumanise")]),
    ("RAT!", "en", [("rat", "dehumanise")]),  # case and marks
    ("rates, erat, ratrat, rat5", "en", []),  # whole words only
    ("rat-like", "en", [("rat", "dehumanise")]),  # a hyphen ends a word
    ("killing, killed", "en", [("killing", "threaten"), ("killed", "threaten")]),  # * stands for an ending
    ("turkshaters", "en", [("turk", "group")]),  # a longer rest is another word and stays
    ("skill", "en", []),  # and for no beginning
    ("turks", "en", [("turks", "group")]),
    ("turk", "en", [("turk", "group")]),
    ("turk\u200bs!", "en", [("turks", "group")]),
    ("kill time", "en", [("kill time", "play")]),  # the longest of those that begin together
    ("kill timers", "en", [("kill", "threaten")]),  # where the longest is no whole word, the next
    ("gay men", "en", [("gay men", "group")]),
    ("gay women", "en", [("gay", "group"), ("women", "group")]),
    ("shot", "en", [("shot", "weapon"), ("shot", "health")]),  # one form, two cues
    ("won't", "en", [("won't", "negate")]),
    ("a cafe", "en", [("cafe", "sale")]),  # terms are folded as texts are
    ("open 24/7!", "en", [("24/7", "sale")]),
    ("24/70", "en", []),
    ("x+1", "en", [("+1", "contact")]),  # a mark has no word's edge
    ("+12", "en", []),
    ("女人说", "zh", [("女人", "group")]),  # unspaced: anywhere, the longest
    ("美女", "zh", [("女", "person")]),
    ("快加微信", "zh", [("加微信", "contact")]),
    ("她不是说谎", "zh", [("不是", "negate"), ("说谎", "demean")]),  # a traditional term in a simplified text
    ("加vx吧", "zh", [("vx", "contact")]),  # Latin among Han has its edges
    ("加vxx吧", "zh", []),
    ("r\u200bat", "en", [("rat", "dehumanise")]),
    ("ＲＡＴ", "en", [("rat", "dehumanise")]),
    ("", "en", []),
    ("rat", "de", []),  # no lexicon, no terms
    ("女人", "en", []),  # each language by its own
]


@pytest.mark.parametrize(("text", "tag", "found"), FOUND)
def test_terms_are_found_as_they_are_meant(text: str, tag: str, found: list[tuple[str, str]]) -> None:
    assert terms(text, tag) == found


def test_of_terms_that_overlap_the_first_stands() -> None:
    lexicon = {"zh": Lexicon([("甲乙", "you"), ("乙丙", "ask"), ("甲", "self"), ("丁", "quote")])}
    assert terms("甲乙丙丁", "zh", lexicon) == [("甲乙", "you"), ("丁", "quote")]
    assert terms("甲丙乙丙", "zh", lexicon) == [("甲", "self"), ("乙丙", "ask")]


def test_one_form_that_is_listed_twice_is_found_once_for_each_cue() -> None:
    lexicon = {"en": Lexicon([("rat", "dehumanise"), ("rat*", "dehumanise"), ("RAT", "object")])}
    assert terms("rats", "en", lexicon) == [("rats", "dehumanise"), ("rats", "object")]


def test_hits_map_back_to_the_text_past_what_cannot_be_seen() -> None:
    text = "ｗ\u200bo\u2060men are\u200b \u200br\u200ba\u200bｔ"
    folded = read([text])
    hits, places = find(folded, ["en"], LEXICONS), folded.at.tolist()
    spans = [text[places[start] : places[end - 1] + 1] for start, end in zip(hits.starts, hits.ends, strict=True)]
    assert spans == ["ｗ\u200bo\u2060men", "r\u200ba\u200bｔ"]


def test_a_flood_takes_nothing_from_the_next_post() -> None:
    flooded, other = batch([("rat " * 5000, "en"), ("a rat", "en")])
    assert flooded == [("rat", "dehumanise")] * 5000
    assert other == [("rat", "dehumanise")]


def test_a_batch_of_languages_equals_its_singles() -> None:
    posts = [("women 女人", "en"), ("女人 women", "zh"), ("", "en"), ("rat", "de"), ("a rat", "en"), ("加微信", "zh")]
    together = batch(posts)
    assert together == [terms(text, tag) for text, tag in posts]
    assert [len(hits) for hits in together] == [1, 1, 0, 0, 1, 1]


def test_hits_are_in_the_order_of_the_batch_and_each_knows_its_text() -> None:
    folded = read(["女人", "a rat", "加微信", "women shot"])
    hits = find(folded, ["zh", "en", "zh", "en"], LEXICONS)
    assert hits.rows.tolist() == [0, 1, 2, 3, 3, 3]
    assert hits.starts.tolist() == sorted(hits.starts.tolist())
    assert hits.of(3).cues.tolist() == [CUES.index(cue) for cue in ("group", "weapon", "health")]


def test_no_hits_are_none() -> None:
    for folded, tags in ((read(["nothing"]), ["en"]), (read([]), []), (read(["rat"]), ["de"])):
        assert [len(column) for column in find(folded, tags, LEXICONS)] == [0, 0, 0, 0]


def test_a_term_of_nothing_is_none() -> None:
    assert terms("anything", "en", {"en": Lexicon([("\u200b", "you"), ("*", "you")])}) == []
