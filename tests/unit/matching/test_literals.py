r"""What a pattern needs: the literals that wake it, and the patterns of which nothing is known."""

from __future__ import annotations

import sys
import time

import pytest
import re2

from moderation.bootstrap import build_rules
from moderation.folding.fold import fold
from moderation.folding.tables import confusable_table, fold_table
from moderation.matching import rarity
from moderation.matching.literals import required
from moderation.settings import Settings

NEEDED = [
    # pattern, its literals in the folded view
    ("drug", "drug"),
    ("DRUG Ärzte", "drug arzte"),  # in the folded view there are no capitals and no diacritics
    ("說話", "说话"),
    # where parts meet
    ("(?:buy|sell) (?:gun|drug)s?", "buy gun|buy drug|sell gun|sell drug"),
    (r"\bgun\b", "gun"),  # what takes no characters joins
    ("^gun$", "gun"),
    (r"c[o0]ke", "coke|c0ke"),
    (r"gu[a-c]n", "guan|gubn|gucn"),
    (r"gu[^a-c]nja", "nja"),  # a gap ends the run
    (r"gu.nja", "nja"),
    (r"加\s?微", "加微|加\t微|加\n微|加\f微|加\r微|加 微"),
    (r"(?:malo|nesover)let[а-я]*", "malolet|nesoverlet"),
    (r"(?:drug\w*|weapon\w*) dealer", " dealer"),
    (r"cheap (?:drug\w*|weapon\w*)", "cheap drug|cheap weapon"),
    # the rarer part
    (r"the \w+ cocaine", " cocaine"),
    (r"your.*冰毒", "冰毒"),
    (r"[0-9][0-9]zq%", "|".join(f"{digit}zq%" for digit in "0123456789")),  # all of it would be a hundred
    # repetition
    ("5{3,}", "555"),
    ("(?:ha)+", "ha"),
    ("(?:ha){2}", "haha"),
    ("xa{1,2}y", "xay|xaay"),
    ("drug(?: or)*", "drug"),
    ("(?:very )*drunk", "drunk"),
    (r"(?:go\W+){2,}home", "home"),
    ("ab+zq", "bzq"),
    ("x{01}zq", "x{01}zq"),  # to RE2 these are no repetitions
    ("x{,2}zq", "x{,2}zq"),
    ("drugs+?", "drugs"),
    # alternation: all of them, without those that hold another
    ("gun|drug", "gun|drug"),
    ("gun|gunman|shotgun", "gun"),
    # one character is enough where it is a syllable or a sign
    ("炸|bomb", "炸|bomb"),
    ("[0-9]+", "0|1|2|3|4|5|6|7|8|9"),
    (r"\d+\W*%", "%"),
    ("💊|❄", "💊|❄"),
    ("톡", "톡"),
    # RE2's own syntax
    (r"\x{51b0}\x62", "冰b"),
    (r"\Qa.b|c\E+", "a.b|c".replace("|", "\\")),
    (r"a\.b\-c", "a.b-c"),
    (r"\.-x", ".-x"),  # no range outside a class
    (r"a\|b|c\|d", "a\\b|c\\d"),
    (r"[]x]yz", "]yz|xyz"),
    (r"[a-]yz", "ayz|-yz"),
    (r"[\d-]yz", "|".join(f"{digit}yz" for digit in "0123456789-")),
    (r"[\d-x]yz", "|".join(f"{digit}yz" for digit in "0123456789-x")),
    (r"[[:alpha:]]yz", "yz"),
    (r"[^[:alpha:]\]]yz", "yz"),
    (r"[\pL]yz", "yz"),
    (r"\p{Han}yz\PN", "yz"),
    ("(?P<what>gun)", "gun"),
    ("(?<what>gun)", "gun"),
    ("(?i)gun(?i:MAN)(?-i:X)", "gunmanx"),
    ("(?s)gun.*", "gun"),
    ("a{ 2}]}", "a{ 2}]}"),
    ("ﬅab", "ﬅab|ﬆab"),  # one letter to RE2
]


@pytest.mark.parametrize(("regex", "literals"), NEEDED)
def test_a_pattern_needs_one_of_its_literals(regex: str, literals: str) -> None:
    found = required(regex, folded=True)
    assert found is not None
    wanted = {literal.replace("\\", "|") for literal in literals.split("|")}
    assert found == wanted


NOTHING_NEEDED = [
    "",
    ".*",
    r"[^\pL]{4,80}",
    "drug|.*",
    "(?:drug)?",
    "(?:drug){0}",
    r"\w+\s\W",
    "drug|a",  # one letter is in every post
    r"\bu\b",
    " +",  # and so is a blank
    "\u200bx",  # what leaves nothing in the folded view, and one letter
    "[a-z]{3}",  # too many strings
    r"\C{4}drug",  # not known
    "(" * 100 + "drug" + ")" * 100,
    "|".join(f"drug{number}" for number in range(1025)),
    # RE2 refuses these
    "(drug",
    "drug)",
    "[drug",
    "drug**",
    "+drug",
    r"drug\8",
    "(?=drug)drug",
]


@pytest.mark.parametrize("regex", NOTHING_NEEDED)
def test_of_some_patterns_nothing_is_known(regex: str) -> None:
    assert required(regex, folded=True) is None


ORIGINAL = [
    # pattern, what the folded view of its matches holds
    ("Gun", "gun"),
    ("ＧＵＮ", "gun"),
    ("說話", "说话"),
    ("💊", "💊"),
    ("же", "жe|же"),  # what a letter passes for depends on the word around it
    ("❤\ufe0fzq", "zq"),  # a sentinel in the folded view: nothing joins across it
    ("(?-i)gun", "gun"),
    ("(?i)gun", None),  # K is k, but also the sign of kelvin
    ("(?i:gun)", None),
]


@pytest.mark.parametrize(("regex", "literals"), ORIGINAL)
def test_patterns_on_the_original_need_what_their_matches_fold_to(regex: str, literals: str | None) -> None:
    found = required(regex, folded=False)
    assert found == (None if literals is None else set(literals.split("|")))


def test_letters_that_re2_takes_for_each_other_fold_to_one_but_for_what_the_reader_knows() -> None:
    fold_to, options = fold_table(), re2.Options()
    options.case_sensitive = False
    characters = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    cased = [c for c in characters if not c.lower() == c.upper() == c.casefold() == c.title()]
    together = "".join(cased)
    for character in cased:
        same = {chr(fold_to[ord(found[0])]) for found in re2.compile(re2.escape(character), options).finditer(together)}
        same.discard("\0")  # no letter of the folded view
        literals = required(character * 2, folded=True)
        assert literals is None or {other * 2 for other in same} <= literals
        assert same <= {fold(character)} | set("ﬅﬆ") or character == "\u0345"
    passing = set(confusable_table().tolist()) - {0}
    assert all(fold_to[code] == code for code in passing)  # what the folded view holds folds to itself


def test_a_common_word_is_dearer_than_a_rare_one_and_few_strings_than_many() -> None:
    cost = rarity.cost
    assert cost(frozenset({"your"})) > cost(frozenset({"meth"}))
    assert cost(frozenset({"不是"})) > cost(frozenset({"冰毒"}))
    assert cost(frozenset({"qzqzqzqz"})) < cost(frozenset({"qzqzqzqz", "zqzqzqzq"}))
    assert cost(frozenset({"a"})) == cost(frozenset({" "})) == cost(frozenset({"", "drug"})) == float("inf")


def test_nearly_all_shipped_patterns_have_literals_and_are_read_fast() -> None:
    patterns = build_rules(Settings()).vocabulary.patterns
    started = time.process_time()
    found = [required(pattern.regex, folded=pattern.view == "folded") for pattern in patterns]
    assert time.process_time() - started < 3
    assert found.count(None) <= len(patterns) // 50
    assert max(len(literals) for literals in found if literals) < 600
