"""The generator: what it makes of patterns, and that training never meets what is held out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.training.teaching.compose import HELD_OUT_GROUPS, Made, compose, is_held_out
from moderation.training.teaching.patterns import SENTENCE, SLOT, Pattern, Patterns, Slot, read_patterns

# Names of which the hash says that they are held out, and that they are not.
HIDDEN, TAUGHT = (next(p for p in (f"says_{n}" for n in range(99)) if is_held_out(p) is side) for side in (True, False))
HELD_OUT = min(HELD_OUT_GROUPS)
G = {"women": ["women", "girls"], "men": ["men", "guys"], HELD_OUT: ["the hidden"]}


def file(
    *patterns: Pattern, slots: Mapping[str, Slot] | None = None, turns: Iterable[str] = (), keeps: Iterable[str] = ()
) -> Patterns:
    return Patterns("en_some", "en", {"G": G, **(slots or {})}, patterns, tuple(turns), tuple(keeps))


def says(
    text: str, predicate: str = TAUGHT, things: Iterable[str] = (), *, category: str = "hate", violating: bool = True
) -> Pattern:
    return Pattern(predicate, category, text, violating, tuple(things))


def made(source: Patterns, draws: int = 60) -> list[Made]:
    return [row for draw in range(draws) for row in compose([source], draw)]


def plain(rows: Iterable[Made], form: str) -> set[str]:
    """The texts of a form, without letter case and marks: what is left of most variations."""
    return {re.sub(r"[^\w ]", "", row.text.lower()).strip() for row in rows if row.form == form}


@pytest.fixture(scope="module")
def corpus() -> list[Patterns]:
    return read_patterns()


@pytest.fixture(scope="module")
def composed(corpus: list[Patterns]) -> list[Made]:
    return list(compose(corpus, 1))


def test_a_slot_is_filled_with_the_names_of_its_groups() -> None:
    texts = plain(made(file(says("{G} eat our bread"))), "statement")
    assert {"women eat our bread", "girls eat our bread", "men eat our bread", "guys eat our bread"} <= texts


def test_forms_of_one_slot_name_the_same_group_by_the_same_name() -> None:
    genitives = {"women": ["women's", "girls'"], "men": ["men's", "guys'"], HELD_OUT: ["the hidden's"]}
    texts = {row.text for row in made(file(says("{G} eat {G_poss} bread and {G} sleep"), slots={"G_poss": genitives}))}
    assert {"girls eat girls' bread and girls sleep", "men eat men's bread and men sleep"} <= texts
    assert not any("women" in text and ("girls" in text or "guys" in text) for text in texts)


def test_a_thing_stands_for_the_group_and_makes_the_sentence_harmless() -> None:
    rows = made(file(says("{G} ate our bread", things=["mice"])))
    objects = [row for row in rows if row.form == "object"]
    assert "mice ate our bread" in plain(rows, "object")
    assert objects
    for row in objects:
        assert row.labels == frozenset()
        assert row.about == "hate"
        assert not re.search("women|girls|men|guys", row.text.lower())


def test_a_frame_that_turns_the_sense_makes_it_harmless_and_one_that_keeps_it_does_not() -> None:
    turns, keeps = _frames("who writes {}?", "reported: {}"), _frames("so it is: {}", "again: {}")
    rows = made(file(says("{G} eat our bread"), turns=turns, keeps=keeps))
    turned = {row.text for row in rows if row.form == "condemned_quote"}
    assert turned
    for row in rows:
        assert row.labels == (frozenset() if row.form == "condemned_quote" else {"hate"}), row.text
    assert any("so it is" in row.text.lower() for row in rows if row.labels)
    assert not any("so it is" in text.lower() for text in turned)


def test_harmless_sentences_are_kept_in_frames_too_so_that_a_frame_does_not_tell_the_label() -> None:
    rows = made(
        file(says("{G} bake our bread", violating=False), turns=_frames("who writes {}?"), keeps=_frames("well: {}"))
    )
    assert {row.labels for row in rows} == {frozenset()}
    assert any("well" in row.text.lower() for row in rows)
    assert not any("who writes" in row.text.lower() for row in rows), "there is nothing to turn"


@pytest.mark.parametrize("category", ["privacy", "self_harm"])
def test_an_address_or_a_farewell_is_not_harmless_for_being_quoted(category: str) -> None:
    rows = made(file(says("this is the text", category=category), turns=_frames("who writes {}?")))
    assert {row.labels for row in rows} == {frozenset((category,))}


@given(st.integers(0, 10_000))
def test_the_same_seed_composes_the_same_posts(seed: int) -> None:
    source = file(says("{G} eat our {what}", things=["mice"]), slots={"what": {"bread": ["bread"], "rice": ["rice"]}})
    assert list(compose([source], seed)) == list(compose([source], seed))


def test_another_seed_composes_other_posts_and_other_files_change_nothing(corpus: list[Patterns]) -> None:
    one, other = corpus[:2]
    alone = list(compose([one], 1))
    assert alone != list(compose([one], 2))
    assert list(compose([other, one], 1))[-len(alone) :] == alone


def test_a_predicate_is_held_out_with_all_that_is_made_of_it() -> None:
    rows = made(file(says("{G} eat our bread", HIDDEN, ["mice"]), keeps=_frames("so it is: {}", hidden=True)))
    assert {row.held_out for row in rows} == {True}
    assert not any(row.held_out for row in made(file(says("{G} eat our bread", TAUGHT, ["mice"]))))


def test_a_held_out_group_is_named_in_held_out_sentences_alone() -> None:
    assert not any("hidden" in row.text.lower() for row in made(file(says("{G} eat our bread"))))
    assert any("hidden" in row.text.lower() for row in made(file(says("{G} eat our bread", HIDDEN))))


@pytest.mark.parametrize(
    ("text", "slots", "because"),
    [
        (
            "{G} and {N} eat our bread",
            {"N": {"fans": ["fans", "stans"], HELD_OUT: ["the hidden"]}},
            "no group in both slots",
        ),
        (
            "{N} eat our bread",
            {"N": {"fans": ["fans"], HELD_OUT: [HELD_OUT]}},
            "a slot of identities named as their ids",
        ),
        ("{SLUR} eat our bread", {"SLUR": {HELD_OUT: ["the hidden", "the hid"]}}, "held-out groups alone"),
    ],
)
def test_a_held_out_group_does_not_come_in_by_another_slot(text: str, slots: Mapping[str, Slot], because: str) -> None:
    rows = made(file(says(text), slots=slots))
    assert not any("hid" in row.text.lower() or HELD_OUT in row.text.lower() for row in rows), because


def _frames(*templates: str, hidden: bool = False) -> list[str]:
    """Frames that are (not) held out: a blank more at the end changes the hash and nothing else."""
    framed = (template.format(SENTENCE) for template in templates)
    return [next(f for f in (frame + " " * n for n in range(99)) if is_held_out(f) is hidden) for frame in framed]


@pytest.mark.slow
def test_no_slot_remains_and_no_post_is_empty(composed: list[Made]) -> None:
    for row in composed:
        assert not SLOT.search(row.text), row
        assert any(map(str.isalpha, row.text)), row


@pytest.mark.slow
def test_no_sentence_is_judged_both_ways_or_stands_on_both_sides_of_the_split(composed: list[Made]) -> None:
    judged, hidden = defaultdict(set), defaultdict(set)
    for row in composed:
        judged[row.lang, row.text.lower()].add(row.labels)
        hidden[row.lang, row.text.lower()].add(row.held_out)
    assert not [text for text, labels in judged.items() if len(labels) > 1]
    assert not [text for text, sides in hidden.items() if len(sides) > 1]


@pytest.mark.slow
@pytest.mark.parametrize("draw", [1, 2])
def test_no_sentence_of_the_corpus_mixes_held_out_parts_with_others(corpus: list[Patterns], draw: int) -> None:
    for source in corpus:
        marked, parts = _marked(source)
        for row in compose([marked], draw):
            for part, hidden in (parts[sign] for sign in row.text if sign in parts):
                # A held-out sentence may name any group: held-out groups alone would leave too few sentences.
                assert hidden is row.held_out or (row.held_out and part == "group"), (source.name, part, row)


def _marked(source: Patterns) -> tuple[Patterns, dict[str, tuple[str, bool]]]:
    """A file in which each part is a letter that nothing varies; letter → kind of part, and whether it is held out."""
    letters = iter(map(chr, (*range(0xA000, 0xA48D), *range(0x13000, 0x1342F))))  # Yi syllables, Egyptian hieroglyphs
    parts: dict[str, tuple[str, bool]] = {}

    def mark(part: str, *, hidden: bool) -> str:
        letter = next(letters)
        parts[letter] = (part, hidden)
        return letter

    slots = {
        name: {who: [mark("group", hidden=who.lower() in HELD_OUT_GROUPS)] * 2 for who in slot}
        for name, slot in source.slots.items()
    }
    patterns = tuple(
        pattern._replace(
            text=mark("predicate", hidden=is_held_out(pattern.predicate))
            + "".join(re.findall(r"\{\w+\}", pattern.text))
        )
        for pattern in source.patterns
    )

    def marked(frame: str) -> str:
        hidden = is_held_out(frame)
        return _frames(mark("frame", hidden=hidden) + " {}", hidden=hidden)[0]

    turns, keeps = tuple(map(marked, source.turns)), tuple(map(marked, source.keeps))
    return source._replace(slots=slots, patterns=patterns, turns=turns, keeps=keeps), parts
