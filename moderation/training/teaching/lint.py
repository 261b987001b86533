"""The linter of the teaching corpus: ``python -m moderation.training.teaching.lint``.

Prints what is wrong as ``file:line: what; what to do`` and exits 1; 0 when nothing is. What it holds is what training
relies on: both sides of every contrast, no predicate or sentence many times over, slots that can be filled.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from moderation.classifiers.lexicon import CUES
from moderation.domain.taxonomy import CATEGORIES
from moderation.folding.fold import term_form
from moderation.policy.yaml import Document, parse
from moderation.training.teaching.compose import HELD_OUT_GROUPS
from moderation.training.teaching.lexicons import LEXICONS, SECTIONS
from moderation.training.teaching.patterns import PATTERNS, SENTENCE, SLOT
from moderation.training.teaching.seeds import BENIGN, SEEDS, Seed

LEAST_SEEDS: Mapping[str, int] = {
    **dict.fromkeys(("zh", "en"), 1_000),
    **dict.fromkeys(
        ("es", "pt", "fr", "de", "ja", "ko", "ru", "ar", "hi", "id", "vi", "th", "tr", "it", "pl", "nl"), 150
    ),
}
"""Language → how many seeds there are at least. These are the languages that have seeds, patterns and a lexicon."""
NEVER_WRITTEN = "sexual_minors"
WRITTEN = frozenset(CATEGORIES) - {NEVER_WRITTEN}
ALL_WRITTEN = ("zh", "en")  # languages whose seeds violate in every category
FORMS = frozenset(
    ("statement", "implicit", "disguised", "code_mixed", "threat", "incitement", "instruction", "offer", "negation",
     "condemned_quote", "news", "question", "joke", "reclaimed", "object", "kind", "counter_speech", "help",
     "prevention", "warning", "education", "lyric", "culture")
)  # fmt: skip
MOST_OF_A_PREDICATE = 5
MOST_ALIKE = 0.6  # Jaccard index of the sets of character 3-grams
BENIGN_SEEDS = (0.45, 0.55)
VIOLATING_PATTERNS = (0.4, 0.6)

_UNSPACED = frozenset(("zh", "ja", "th"))
_FUNCTION_WORDS = ("stance", "target")  # sections in which a word of one letter has a place: I, я, o
_ID = re.compile(r"[a-z0-9_]+")
_NEVER = f"delete it: nothing is ever written for {NEVER_WRITTEN}"


class Finding(NamedTuple):
    """One thing that is wrong: where, what, and what to do."""

    path: Path
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}; {self.remedy}"


def lint(seeds: Path = SEEDS, patterns: Path = PATTERNS, lexicons: Path = LEXICONS) -> list[Finding]:
    """Everything that is wrong in the three folders, by file and line."""
    found: list[Finding] = []
    for folder, ending, law in (
        (seeds, "jsonl", lint_seeds), (patterns, "yaml", lint_patterns), (lexicons, "yaml", lint_lexicon)
    ):  # fmt: skip
        files = sorted(folder.glob(f"*.{ending}"))
        there = {_language(file) for file in files}
        missing = (folder / f"{lang}.{ending}" for lang in LEAST_SEEDS.keys() - there)
        found += [Finding(path, 1, "is missing", "write it; the README says how") for path in missing]
        for file in files:
            found += law(file)
    return sorted(found)


def lint_seeds(path: Path) -> Iterator[Finding]:
    """The laws of the seeds of one language. What is no seed is reported and left out of the other laws."""
    seeds: dict[int, Seed] = {}
    for line, text in enumerate(path.read_text("utf-8").splitlines(), 1):
        problem = _of_schema(text, path.stem)
        if problem:
            yield Finding(path, line, *problem)
        else:
            row = json.loads(text)
            seeds[line] = Seed(**{**row, "labels": frozenset(row["labels"]) - {BENIGN}})
    least = LEAST_SEEDS.get(path.stem)
    if least is None:
        yield Finding(path, 1, f"no language {path.stem!r} is taught", "add it to LEAST_SEEDS of the linter")
    elif len(seeds) < least:
        yield Finding(path, 1, f"{len(seeds)} seeds of at least {least}", "write more contrast sets")
    benign = sum(not seed.labels for seed in seeds.values())
    if not _within(BENIGN_SEEDS, benign, len(seeds)):
        yield Finding(path, 1, f"{benign} of {len(seeds)} seeds are benign", "write more of the other half: 45–55 %")
    if path.stem in ALL_WRITTEN:
        for category in sorted(WRITTEN.difference(*(seed.labels for seed in seeds.values()))):
            yield Finding(path, 1, f"no seed violates {category}", "write a contrast set for it")
    for law in (_contrasts, _predicates, _alike):
        for line, what, remedy in law(seeds):
            yield Finding(path, line, what, remedy)


def _of_schema(text: str, lang: str) -> tuple[str, str] | None:
    """What is wrong with one line, and what to do."""
    try:
        row = json.loads(text)
    except ValueError as error:
        return f"not JSON ({error})", "one object a line"
    if not isinstance(row, dict) or set(row) != set(Seed._fields):
        return "not the fields of a seed", f"each line has {', '.join(Seed._fields)}"
    labels = row["labels"]
    if not isinstance(labels, list) or not labels or not all(isinstance(label, str) for label in labels):
        return "labels is not a list of names", f'name what it violates, or ["{BENIGN}"]'
    for name in (name for name in Seed._fields if name != "labels"):
        if not isinstance(row[name], str) or not row[name] or row[name] != row[name].strip():
            return f"{name} is empty, no string or has blanks around it", "fill it in"
    if NEVER_WRITTEN in {row["about"], *labels}:
        return f"a seed of {NEVER_WRITTEN}", _NEVER
    checks = (
        (row["lang"] == lang, f"lang is {row['lang']}", f"this file is {lang}"),
        (row["about"] in WRITTEN, f"no category {row['about']}", f"about is one of {', '.join(sorted(WRITTEN))}"),
        (
            labels == [BENIGN]
            or (set(labels) <= WRITTEN and row["about"] in labels and len(set(labels)) == len(labels)),
            f"labels are {', '.join(labels)}",
            f'each category that it violates once, {row["about"]} among them, or ["{BENIGN}"]',
        ),
        (row["form"] in FORMS, f"no form {row['form']}", f"form is one of {', '.join(sorted(FORMS))}"),
        (_ID.fullmatch(row["predicate"]), f"predicate is {row['predicate']}", "a short English id: a-z, 0-9 and _"),
    )
    return next(((what, remedy) for right, what, remedy in checks if not right), None)


_Law = Iterator[tuple[int, str, str]]
"""Line, what is wrong, what to do."""


def _contrasts(seeds: Mapping[int, Seed]) -> _Law:
    sets: dict[str, list[int]] = defaultdict(list)
    for line, seed in seeds.items():
        sets[seed.set].append(line)
    for name, lines in sets.items():
        if len({bool(seeds[line].labels) for line in lines}) == 1:
            side = "benign" if seeds[lines[0]].labels else "violating"
            yield lines[0], f"set {name} has one side", f"write its {side} side: same topic and words"
        if len({seeds[line].about for line in lines}) > 1:
            yield lines[0], f"set {name} is about several categories", "make a set for each"


def _predicates(seeds: Mapping[int, Seed]) -> _Law:
    """Counted as written: a benign twin that is marked (``_talk``) counts apart."""
    count: Counter[str] = Counter()
    for line, seed in seeds.items():
        count[seed.predicate] += 1
        if count[seed.predicate] == MOST_OF_A_PREDICATE + 1:
            yield line, f"{seed.predicate} is in more than {MOST_OF_A_PREDICATE} seeds", "say something else here"


def _alike(seeds: Mapping[int, Seed]) -> _Law:
    if not seeds:
        return
    lines = list(seeds)
    for one, other, index in alike([seed.text for seed in seeds.values()]):
        yield (
            lines[other],
            f"almost the text of line {lines[one]} (Jaccard {index:.2f})",
            "put it in other words, or delete it",
        )


def alike(texts: Sequence[str]) -> list[tuple[int, int, float]]:
    """(earlier, later, Jaccard index of their character 3-grams) of every two texts above :data:`MOST_ALIKE`."""
    import numpy as np
    from sklearn.feature_extraction.text import CountVectorizer

    held = CountVectorizer(analyzer=_grams, binary=True, dtype=np.float32).fit_transform(texts)
    common = (held @ held.T).toarray()
    sizes = common.diagonal()
    index = common / (sizes[:, None] + sizes - common)
    return [(int(n), int(m), float(index[n, m])) for n, m in np.argwhere(np.triu(index, 1) > MOST_ALIKE)]


def _grams(text: str) -> set[str]:
    """Its character 3-grams, in lower case and with single blanks; of a shorter text the text."""
    text = " ".join(text.lower().split())
    return {text[n : n + 3] for n in range(max(1, len(text) - 2))}


def lint_patterns(path: Path) -> Iterator[Finding]:
    """The laws of one file of patterns; whatever passes is also read by ``read_patterns`` and can be filled."""
    yield from _of_document(path, "patterns", (_slots, _sentences, _frames))


def lint_lexicon(path: Path) -> Iterator[Finding]:
    """The laws of one lexicon."""
    yield from _of_document(path, "a lexicon", (_classes, _terms, _groups))


def _of_document(path: Path, kind: str, laws: Sequence[Any]) -> Iterator[Finding]:
    document = parse(path.read_text("utf-8"), path.name)
    for problem in document.problems:
        yield Finding(path, problem.line, problem.message, problem.hint)
    if document.problems:
        return
    try:
        if document.value["language"] != _language(path):
            yield Finding(path, 1, f"language is {document.value['language']}", f"the file is named {path.name}")
        for law in laws:
            for at, what, remedy in law(document):
                yield Finding(path, document.key_mark(at)[0], what, remedy)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        yield Finding(
            path, 1, f"not a file of {kind} ({type(error).__name__}: {error})", "the README says how it looks"
        )


_PlacedLaw = Iterator[tuple[tuple[str | int, ...], str, str]]
"""Where in the document, what is wrong, what to do."""


def _slots(document: Document) -> _PlacedLaw:
    slots = document.value["slots"]
    hidden = {name for slot in slots.values() for who in _identities(slot) if _held_out(who) for name in slot[who]}
    for name, slot in slots.items():
        for at, fillers in [((who,), slot[who]) for who in slot] if isinstance(slot, dict) else [((), slot)]:
            if not isinstance(fillers, list) or not fillers:
                yield ("slots", name, *at), f"slot {name} has no list of fillers", "write [filler, other filler]"
        for who in sorted(who for who in _identities(slot) if not _held_out(who)):
            for filler in sorted(hidden.intersection(slot[who])):
                yield ("slots", name, who), f"{filler} is a name of a group that is held out", "move it to that group"


def _identities(slot: Any) -> set[str]:
    return set(slot) if isinstance(slot, dict) else set()


def _held_out(who: str) -> bool:
    return who.lower() in HELD_OUT_GROUPS


def _sentences(document: Document) -> _PlacedLaw:
    slots = document.value["slots"]
    count: dict[str, Counter[str]] = defaultdict(Counter)
    texts: set[str] = set()
    for side in ("violating", "benign"):
        for category, rows in document.value[side].items():
            count[category][side] += len(rows)
            if category not in WRITTEN:
                remedy = _NEVER if category == NEVER_WRITTEN else f"name one of {', '.join(sorted(WRITTEN))}"
                yield (side, category), f"no patterns are written for {category}", remedy
            predicates: set[str] = set()
            for n, (predicate, text, *rest) in enumerate(rows):
                at = (side, category, n)
                if predicate in predicates:
                    yield at, f"{predicate} is a second {side} predicate of {category}", "give it a name of its own"
                if text in texts:
                    yield at, f"{predicate} repeats a text of this file", "say something else"
                predicates.add(predicate)
                texts.add(text)
                for what, remedy in _of_pattern(text, rest, slots):
                    yield at, f"{predicate} {what}", remedy
    for category, sides in count.items():
        if not _within(VIOLATING_PATTERNS, sides["violating"], sides.total()):
            side = "violating" if sides["violating"] else "benign"
            what = f"{sides['violating']} of {sides.total()} patterns of {category} violate"
            yield (side, category), what, "write more of the other half: 40–60 %"


def _of_pattern(text: str, rest: Sequence[Any], slots: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    names = SLOT.findall(text)
    for name in sorted(set(names) - slots.keys()):
        yield f"has a slot {{{name}}} without fillers", "name it under slots"
    if set("{}") & set(SLOT.sub("", text)):
        yield "has a brace that is of no slot", "write {NAME}, with no blank inside"
    if len(rest) > 1 or (rest and not (isinstance(rest[0], list) and rest[0])):
        yield "has more than a text and a list of things", "write [predicate, text, [thing, other thing]]"
    elif rest and not any(_identities(slots.get(name)) for name in names):
        yield "has things, but nobody whom they could replace", "use a slot of groups or persons, or drop the things"


def _frames(document: Document) -> _PlacedLaw:
    for kind, frames in document.value.get("frames", {}).items():
        if kind not in ("turns", "keeps"):
            yield ("frames", kind), f"no kind of frames {kind}", "there are turns and keeps"
        for n, frame in enumerate(frames):
            if set(SLOT.findall(frame)) != {SLOT.findall(SENTENCE)[0]}:
                yield ("frames", kind, n), f"slots of a frame: {SLOT.findall(frame)}", f"a frame has {SENTENCE} alone"


def _classes(document: Document) -> _PlacedLaw:
    classes = {name: (section, name) for section in SECTIONS for name in document.value[section]}
    for name in sorted(set(CUES) - {"group", "slur"} - classes.keys()):
        yield (), f"no terms for {name}", f"add the class to one of {', '.join(SECTIONS)}"
    for name in sorted(classes.keys() - set(CUES)):
        yield classes[name], f"no cue {name}", "name one of CUES (moderation.classifiers.lexicon)"
    for section, name in classes.values():
        if not document.value[section][name]:
            yield (section, name), f"{name} has no terms", "write what people say, 6 to 40"


def _terms(document: Document) -> _PlacedLaw:
    listed: list[tuple[tuple[str, ...], list[Any]]] = [
        ((section, name), terms) for section in SECTIONS for name, terms in document.value[section].items()
    ]
    for who, group in document.value["groups"].items():
        listed += [(("groups", who, kind), group[kind]) for kind in ("neutral", "slur")]
    for at, terms in listed:
        for n, term in enumerate(terms):
            if not isinstance(term, str):
                yield (*at, n), f"{term} is no string", "put it in quotation marks"
                continue
            letters = _letters(term)
            a_word = at[0] in _FUNCTION_WORDS and not term.endswith("*")
            if letters < 1 or (letters == 1 and document.value["language"] not in _UNSPACED and not a_word):
                yield (*at, n), f"the term {term!r} has {letters} letters", "write a longer one; it would hit anywhere"


def _letters(term: str) -> int:
    """Letters of a term as it is looked for; a Hangul syllable is written with several."""
    return len("".join(unicodedata.normalize("NFD", term_form(term.removesuffix("*"))).split()))


def _groups(document: Document) -> _PlacedLaw:
    named: dict[str, str] = {}
    for who, group in document.value["groups"].items():
        if set(group) != {"kind", "neutral", "slur"}:
            yield ("groups", who), f"{who} has {', '.join(group)}", "a group has kind, neutral and slur"
        for n, term in enumerate(group["neutral"]):
            other = named.setdefault(term_form(str(term).removesuffix("*")), who)
            if other != who:
                yield ("groups", who, "neutral", n), f"{term} names {other} too", "leave it to one of them"


def _language(path: Path) -> str:
    return path.stem.partition("_")[0]


def _within(bounds: tuple[float, float], part: int, whole: int) -> bool:
    return bounds[0] * whole <= part <= bounds[1] * whole


def main() -> int:
    """Print what is wrong; 1 if anything is."""
    found = lint()
    for finding in found:
        print(finding)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
