"""The laws: what each of them minds, and beside it what is near to that and right."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.policy.loader import check_rules
from tests.unit.policy.building import TODAY, check, codes, rule

EN = "{languages: [en]}"
TESTS = "- {match: join us, lang: en}\n- {ok: hello, lang: en}\n"
GROUPS = "language: en\nowner: o\nsource: s\nidentity: true\nterms: [muslims, gays, women]\n"


def _codes_of(code: str, tests: str | None = TESTS, **parts: str) -> list[str]:
    files = {"a": rule(**{"status": "enforce", "scope": EN, **parts})}
    if tests is not None:
        files["a_test"] = tests
    return [found for found in codes(check(**files, lists__en__groups=GROUPS)) if found == code]


def _says(code: str, tests: str | None = TESTS, **parts: str) -> bool:
    return bool(_codes_of(code, tests, **parts))


# --- evidence -----------------------------------------------------------------------------------------------------

DETECT = """
  said: {words: [kill you]}
  script: {language: {script: Cyrl, gte: 0.5}}
  region: {author.region: {in: [RU]}}
  live: {post.kind: {in: [live]}}
  group: {words: {en: "@lists/en/groups"}}
  groups: {words: {en: [Muslims, "women"]}}
  mixed: {words: {en: ["@lists/en/groups", vermin]}}
  young: {author.age_days: {lt: 3}}
  score: {score: spam, gte: 0.9}
  like: {words: [hello]}
"""


@pytest.mark.parametrize(
    ("condition", "proxy"),
    [
        ("region", True),
        ("script and region", True),
        ("live", False),  # a kind of post says nothing of who wrote it
        ("group", True),
        ("groups", True),  # the terms of a list of identities, written out
        ("mixed", False),  # one term more
        ("said", False),
        ("group and said", False),
        ("group or said", True),
        ("1 of (group, said)", True),
        ("2 of (group, region, said)", True),
        ("2 of (group, said)", False),
        ("group and not said", True),  # what is ruled out is no evidence
        ("not region", False),  # nothing found at all: R079
        ("region and young", False),
        ("said and (region or group)", False),
    ],
)
def test_who_somebody_is_alone_is_no_reason(condition: str, proxy: bool) -> None:
    assert _says("R050", detect=DETECT, condition=condition) is proxy


@pytest.mark.parametrize(
    ("parts", "proxy"),
    [
        ({"action": "{do: limit}"}, True),
        ({"action": "{do: approve}"}, False),
        ({"action": "{do: approve}", "markets": "{DE: {do: limit}}"}, True),  # somewhere is enough
        ({"status": "shadow"}, True),
        ({"status": "draft"}, True),
    ],
)
def test_only_what_is_done_to_the_loss_of_the_author_needs_a_reason(parts: dict[str, str], proxy: bool) -> None:
    assert _says("R050", detect=DETECT, condition="region", **parts) is proxy


def test_a_draft_on_who_somebody_is_is_only_warned_about() -> None:
    found = check(a=rule(status="draft", detect="{invite: {author.region: {in: [RU]}}}"))
    assert [problem.warning for problem in found.problems if problem.code == "R050"] == [True]
    assert found.rule_set is not None


@pytest.mark.parametrize(
    ("condition", "nothing"), [("not said", True), ("not said and not region", True), ("said and not like", False)]
)
def test_nothing_found_is_no_reason(condition: str, nothing: bool) -> None:
    assert _says("R079", detect=DETECT, condition=condition) is nothing


@pytest.mark.parametrize(
    ("condition", "action", "minds"),
    [
        ("score", "{do: remove}", True),
        ("score and young", "{do: remove}", True),
        ("score or said", "{do: remove}", True),
        ("score and said", "{do: remove}", False),
        ("said", "{do: remove}", False),
        ("score", "{do: hold}", False),
    ],
)
def test_a_model_alone_removes_nothing(condition: str, action: str, minds: bool) -> None:
    assert _says("R069", detect=DETECT, condition=condition, action=action) is minds


# --- logic --------------------------------------------------------------------------------------------------------

NUMBERS = """
  a: {words: [aaa]}
  same: {words: [aaa]}
  b: {words: [bbb]}
  young: {author.age_days: {lt: 5}}
  five: {author.age_days: {gte: 5}}
  old: {author.age_days: {gte: 10}}
  six: {author.age_days: {lt: 6}}
  low: {score: spam, lt: {en: 0.5, zh: 0.5}}
  high: {score: spam, gte: {en: 0.9, zh: 0.4}}
  other: {score: spam, gte: {fr: 0.4}}
  never: {score: spam, gt: 1}
  de: {author.region: {in: [DE, AT]}}
  ch: {author.region: {in: [CH]}}
  at: {author.region: {in: [AT]}}
  note: {post.kind: {in: [note]}}
  live: {post.kind: {in: [live]}}
"""


@pytest.mark.parametrize(
    ("condition", "never"),
    [
        ("a and not a", True),
        ("a and not same", True),  # another name for it
        ("a and b", False),
        ("young and old", True),
        ("young and five", True),
        ("six and five", False),
        ("young and not five", False),
        ("not young and not five", True),
        ("(young or a) and old", False),
        ("low and high", False),  # in zh
        ("high and other", True),  # no language has both
        ("never", True),
        ("de and ch", True),
        ("de and at", False),
        ("at and not de", True),
        ("note and a", False),
        ("live and a", True),  # the scope has notes alone
        ("not note and a", True),
        ("2 of (young, old, a)", False),
        ("all of (young, old)", True),
        ("(a or b) and not (a or b)", True),
    ],
)
def test_a_condition_that_can_never_be_true(condition: str, never: bool) -> None:
    scope = "{kinds: [note], languages: [zh, en]}"
    assert _says("R054", detect=NUMBERS, condition=condition, scope=scope) is never


@pytest.mark.parametrize(
    ("condition", "idle"),
    [
        ("a or b", False),
        ("a or (a and b)", True),
        ("(a and b) or (a and not b)", False),
        ("a or same", True),
        ("young or six", True),
        ("young or old", False),
        ("old or five or a", True),
        ("a and (b or (b and young))", True),
        ("a or b or never", True),
    ],
)
def test_a_part_of_or_that_changes_nothing(condition: str, idle: bool) -> None:
    assert _says("R055", detect=NUMBERS, condition=condition) is idle


# --- words and patterns -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("detect", "parts", "code"),
    [
        ("{a: {words: [die]}}", {"scope": "{languages: ['*']}"}, "R051"),
        ("{a: {words: [die]}}", {"scope": "{languages: [de]}"}, "R051"),
        ("{a: {words: [die]}}", {"scope": "{languages: [ja]}"}, None),
        ("{a: {words: {en: [die]}}}", {}, "R078"),
        ("{a: {words: {zh: [die]}}}", {"scope": "{languages: [zh, de], mixed: whole}"}, "R051"),
        ("{a: {words: {zh: [die]}}}", {"scope": "{languages: [zh]}"}, None),
        ("{a: {words: [you should die]}}", {}, None),
        ("{a: {words: [die]}}", {"status": "shadow"}, None),  # it does nothing yet
        ("{a: {words: [die]}}", {"action": "{do: approve}"}, None),
        ("{a: {words: [die]}, b: {words: [you]}}", {"condition": "a and b"}, "R051"),  # both are everyday
        ("{a: {words: [die]}, b: {words: [xyzzy]}}", {"condition": "a and b"}, None),
        ("{a: {words: [die]}, b: {words: [xyzzy]}}", {"condition": "b and not a"}, None),
        ("{a: {words: [die]}, b: {author.age_days: {lt: 3}}}", {"condition": "a and b"}, "R051"),
    ],
)
def test_everyday_words_are_not_enough(detect: str, parts: dict[str, str], code: str | None) -> None:
    said = {"condition": "a", **parts}
    found = {name for name in ("R051", "R078") if _says(name, detect=detect, **said)}
    assert found == ({code} if code else set())


@pytest.mark.parametrize(
    ("terms", "code", "minds"),
    [
        ("[加]", "R074", True),
        ("[v]", "R074", True),
        ('["v\\u200b"]', "R074", True),
        ("[加我]", "R074", False),
        ("[🐧]", "R074", False),  # an emoji is no letter
        (f"[{'x' * 100}]", "R075", False),
        (f"[{'x' * 101}]", "R075", True),
    ],
)
def test_terms_too_short_and_too_long(terms: str, code: str, minds: bool) -> None:
    assert _says(code, detect=f"{{invite: {{words: {terms}}}}}") is minds


@pytest.mark.parametrize(
    ("pattern", "code", "minds"),
    [
        (r"\bjoin\b", "R070", False),
        (r"\b加我", "R070", True),
        (r"加我\b", "R070", True),
        (r"加+\b", "R070", True),
        (r"\b(?:dm|加我)", "R070", True),
        (r"\b(?:dm|(?:v|加)我)", "R070", True),
        (r"(?:dm|加我)\b", "R070", True),
        (r"(?:dm|加我)v\b", "R070", False),
        (r"\bdm加我", "R070", False),
        (r"加\\b", "R070", False),  # a backslash and a b
        (r"[加\b]", "R070", False),
        (r".*join", "R071", True),
        (r"^.*join", "R071", True),
        (r"(?s).*?join", "R071", True),
        (r"join.*$", "R071", True),
        (r"join.*us", "R071", False),
        (r"join\.*", "R071", False),
        (r"join.+", "R071", False),
        ("x" * 8_001, "R073", True),
        ("x" * 8_000, "R073", False),
        (r"\p{L}{1,250}x", "R073", True),
        (r"[a-z]{1,250}x", "R073", False),
    ],
)
def test_patterns_that_re2_takes_otherwise_than_meant(pattern: str, code: str, minds: bool) -> None:
    quoted = pattern.replace("'", "''")
    assert _says(code, detect=f"{{invite: {{regex: '{quoted}'}}}}") is minds


@pytest.mark.parametrize(
    ("patterns", "minds"),
    [
        (r"{ru: 'выигра\w+'}", True),
        (r"{ru: 'выигра\W'}", True),
        (r"{ru: 'выигра\p{L}+'}", False),
        (r"{en: 'winn\w+'}", False),
        (r"'winn\w+'", False),
        (r"{ru: 'выигра\\w'}", False),
    ],
)
def test_word_characters_are_ascii(patterns: str, minds: bool) -> None:
    assert _says("R072", detect=f"{{invite: {{regex: {patterns}}}}}") is minds


# --- languages and tests ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("detect", "scope", "minds"),
    [
        ("{invite: {words: {en: [join us], fr: [rejoins]}}}", EN, 1),
        ("{invite: {regex: {en: 'join', fr: 'rejoins', de: 'komm'}}}", EN, 2),
        ("{invite: {words: {en: [join us], fr: [rejoins]}}}", "{languages: ['*']}", 0),
        ("{invite: {words: {en: [join us], zh-Hant: [加我]}}}", "{languages: [en, zh]}", 0),
        ("{invite: {words: {en: [join us], zh: [加我]}}}", "{languages: [en, zh-Hant]}", 0),
        ("{invite: {words: {en: [join us], '*': [加我]}}}", EN, 0),
        ("{invite: {words: {en: [join us], fr: [rejoins]}}}", "{languages: [en], mixed: whole}", 0),
    ],
)
def test_words_of_a_language_that_the_scope_leaves_out(detect: str, scope: str, minds: int) -> None:
    assert len(_codes_of("R056", detect=detect, scope=scope)) == minds


@pytest.mark.parametrize(
    ("filter_", "minds"),
    [("{words: {fr: [boutique]}}", True), ("{words: [shop]}", False), ("{score: spam, lt: 0.1}", False)],
)
def test_a_filter_without_hits(filter_: str, minds: bool) -> None:
    detect = f"{{invite: {{words: {{en: [join us]}}}}, filter_shop: {filter_}}}"
    assert _says("R058", detect=detect, condition="invite and not filter_shop") is minds


@pytest.mark.parametrize(
    ("tests", "code", "minds"),
    [
        ("- {match: join us, lang: fr}\n", "R057", True),
        ("- {match: join us, lang: en-GB}\n", "R057", False),
        ("- {ok: rejoins, lang: fr}\n", "R057", False),
        ("- {match: join us, lang: en, pair: p}\n- {match: come, lang: en, pair: p}\n", "R059", True),
        ("- {match: join us, lang: en, pair: p}\n", "R059", True),
        ("- {match: join us, lang: en, pair: p}\n- {match: 加我, lang: zh, pair: p}\n", "R059", False),
        ("- {match: join us, lang: en}\n- {ok: join us, lang: en}\n", "R061", True),
        ("- {match: join us, lang: en}\n- {todo_ok: join us, lang: en}\n", "R061", True),
        ("- {match: join us, lang: en, author: {age_days: 3}}\n- {ok: join us, lang: en}\n", "R061", False),
        ("- {match: join us, lang: en, copies: 3}\n- {ok: join us, lang: en}\n", "R061", False),
        ("- {match: join us, lang: en}\n- {ok: join us, lang: zh}\n", "R061", False),
        ("- {match: join us, lang: en}\n- {match: join us, lang: en, because: again}\n", "R062", True),
        ("- {match: join us, lang: en}\n- {match: Join us, lang: en}\n", "R062", False),
    ],
)
def test_tests_are_of_one_mind_and_in_the_languages_of_the_rule(tests: str, code: str, minds: bool) -> None:
    assert _says(code, tests, status="shadow") is minds


PAIRED = (
    "- {match: 加我, lang: zh, pair: p}\n- {ok: 你好, lang: zh}\n"
    "- {match: join us, lang: en, pair: p}\n- {ok: hi, lang: en}\n"
)


@pytest.mark.parametrize(
    ("detect", "tests", "minds"),
    [
        ("{invite: {words: {zh: [加我], en: [join us]}}}", PAIRED, False),
        ("{invite: {words: {zh: [加我], en: [join us]}}}", PAIRED.replace(", pair: p", ""), True),
        ("{invite: {words: [加我, join us]}}", PAIRED.replace(", pair: p", ""), False),  # nothing to translate
        ("{invite: {words: {en: [join us]}}}", PAIRED.replace(", pair: p", ""), False),
    ],
)
def test_a_rule_for_both_desks_has_a_pair(detect: str, tests: str, minds: bool) -> None:
    assert _says("R060", tests, detect=detect, scope="{languages: [zh, en]}") is minds


# --- texts, life, markets -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "code", "minds"),
    [
        ({"title": "{en: One, zh: 一}"}, "R063", False),
        ({"title": "{en: One, zh: One}"}, "R063", True),
        ({"explain": "{en: One, zh: Yi}"}, "R063", True),
        ({"explain": "{en: '{match.invite}', zh: '{match.invite}'}"}, "R063", False),
        ({"expires": "2026-11-21"}, "R066", True),
        ({"expires": "2026-12-20"}, "R066", True),
        ({"expires": "2026-12-21"}, "R066", False),
        ({"expires": "2026-11-20"}, "R066", False),  # it has: R024
        ({"expires": "2026-11-22", "status": "shadow"}, "R066", False),
        ({"status": "canary", "canary": "10%"}, "R067", True),
        ({"status": "canary", "canary": "10%", "expires": "2027-02-01"}, "R067", False),
        ({"action": "{do: approve}"}, "R068", True),
        ({"action": "{do: approve}", "status": "shadow"}, "R068", False),
        ({"action": "{do: approve}", "markets": "{DE: {do: limit}}"}, "R068", False),
        ({"scope": "{markets: [UK]}"}, "R076", True),
        ({"scope": "{markets: [GB, EU]}"}, "R076", False),
        ({"markets": "{XX: {do: limit}}"}, "R076", True),
        ({"markets": "{'*': {do: limit}}"}, "R076", False),
        ({"detect": "{invite: {author.region: {in: [usa]}}}"}, "R076", True),
        ({"detect": "{invite: {post.kind: {in: [note]}}}"}, "R076", False),
        ({"scope": "{markets: [US]}", "markets": "{DE: {do: limit}}"}, "R077", True),
        ({"scope": "{markets: [EU]}", "markets": "{DE: {do: limit}}"}, "R077", False),
        ({"scope": "{markets: [DE]}", "markets": "{EU: {do: limit}}"}, "R077", False),
        ({"markets": "{DE: {do: limit}}"}, "R077", False),
    ],
)
def test_texts_days_and_markets(parts: dict[str, str], code: str, minds: bool) -> None:
    assert _says(code, **parts) is minds


def test_the_matrix_names_countries() -> None:
    matrix = (
        "- {market: %s, title: {en: Here, zh: 此地}, outcomes: {spam: {do: hold, ground: {en: Law., zh: 法律。}}}}\n"
    )
    assert "R076" in codes(check(a=rule(), markets=matrix % "UK"))
    assert "R076" not in codes(check(a=rule(), markets=matrix % "GB"))


# --- the pack -----------------------------------------------------------------------------------------------------


def _pair(one: dict[str, str], two: dict[str, str]) -> list[str]:
    base = {"status": "enforce", "scope": EN}
    found = check(a=rule(**{**base, **one}), a_test=TESTS, b=rule(**{**base, "id": "spam.two", **two}), b_test=TESTS)
    return [f"{problem.code} {problem.file}" for problem in found.problems if problem.code in {"R052", "R053"}]


WIDE = {"detect": "{invite: {words: [join us, join me]}}"}
NARROW = {"detect": "{invite: {words: [join us]}}"}


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        (NARROW, NARROW, ["R053 b.yaml"]),
        (WIDE, NARROW, ["R052 b.yaml"]),
        (NARROW, WIDE, ["R052 a.yaml"]),
        (WIDE, {"detect": "{invite: {words: [add us]}}"}, []),
        (WIDE, {**NARROW, "action": "{do: limit}"}, ["R052 b.yaml"]),
        ({**WIDE, "action": "{do: limit}"}, NARROW, []),  # laxer
        (WIDE, {**NARROW, "markets": "{DE: {do: remove}}"}, []),
        (WIDE, {**NARROW, "severity": "high"}, []),  # another lane
        (WIDE, {**NARROW, "scope": "{languages: ['*']}"}, []),
        ({**WIDE, "scope": "{languages: [en], kinds: [note]}"}, NARROW, []),
        ({**WIDE, "status": "shadow"}, NARROW, []),
        (WIDE, {**NARROW, "status": "shadow"}, []),  # on trial
        (WIDE, {**NARROW, "category": "scam", "id": "scam.two"}, []),
        ({**WIDE, "expires": "2026-11-01"}, NARROW, []),
        (
            WIDE,
            {"detect": "{invite: {words: [join us]}, new: {author.age_days: {lt: 3}}}", "condition": "invite and new"},
            ["R052 b.yaml"],
        ),
        (
            {"detect": "{invite: {words: [join us]}, new: {author.age_days: {lt: 9}}}", "condition": "invite and new"},
            {"detect": "{invite: {words: [join us]}, new: {author.age_days: {lt: 3}}}", "condition": "invite and new"},
            ["R052 b.yaml"],
        ),
        (
            {"detect": "{invite: {words: [join us]}, warn: {words: [scam]}}", "condition": "invite and not warn"},
            NARROW,
            ["R052 a.yaml"],
        ),
        (
            {"detect": "{invite: {words: [join us]}, warn: {words: [scam]}}", "condition": "invite and not warn"},
            {"detect": "{invite: {words: [join us]}, w: {words: [scam, fraud]}}", "condition": "invite and not w"},
            ["R052 b.yaml"],
        ),
        (
            {
                "detect": "{invite: {words: [join us]}, filter_w: {words: [scam]}}",
                "condition": "invite and not filter_w",
            },
            {"detect": "{invite: {words: [join us]}, w: {words: [scam]}}", "condition": "invite and not w"},
            [],  # a filter takes away, it does not rule out
        ),
        ({"detect": "{invite: {words: [join us], evidence: exact}}"}, NARROW, ["R052 a.yaml"]),
        (
            {"detect": "{a: {words: [join us]}, b: {score: spam, gte: 0.9}}", "condition": "a or b"},
            {"detect": "{b: {score: spam, gte: 0.95}}", "condition": "b"},
            ["R052 b.yaml"],
        ),
    ],
)
def test_a_rule_in_the_shadow_of_another(one: dict[str, str], two: dict[str, str], expected: list[str]) -> None:
    assert _pair(one, two) == expected


def test_a_list_counts_as_used_in_any_rule_and_any_place() -> None:
    groups = {"lists__en__groups": GROUPS}
    used = rule(detect="{invite: {words: ['@lists/en/groups', join us]}}")
    assert codes(check(a=used, **groups)) == []
    assert codes(check(a=rule(), **groups)) == ["R064"]


def test_identity_is_true_or_false() -> None:
    used = rule(detect="{invite: {words: ['@lists/en/groups', join us]}}")
    assert codes(check(a=used, lists__en__groups=GROUPS.replace("true", "yes"))) == ["R002"]


IDIOM = "- {id: cat_tax, forms: {zh: [交猫税]}, owner: o, benign: {en: A custom., zh: 习惯。}, review_by: %s}\n"


def test_an_idiom_is_looked_at_again() -> None:
    assert codes(check(a=rule(), culture__idioms=IDIOM % "2026-11-20")) == ["R065"]
    assert codes(check(a=rule(), culture__idioms=IDIOM % "2026-11-21")) == []


# --- nothing raises -----------------------------------------------------------------------------------------------

FILES = {
    "a.yaml": rule(
        status="enforce",
        scope="{kinds: [note], languages: [zh, en], mixed: whole, markets: [DE, EU]}",
        detect="""
  a: {words: {zh: "@lists/en/groups", en: [die, "@lists/en/groups"]}, evidence: homophone}
  b: {regex: {ru: '.*\\b(?:x|加)\\w+', en: 'a(b|c)*\\b'}}
  n: {author.age_days: {lt: 5}}
  m: {author.age_days: {gte: {zh: 10, en: 3}}}
  r: {author.region: {in: [UK, DE]}}
  k: {post.kind: {in: [live]}}
  s: {score: hate, gte: p95}
  filter_i: {idiom: [cat_tax]}
""",
        condition="(a and 1 of (b, n) or m and not r or k or s) and not filter_i",
        markets="{US: {do: remove}}",
        expires="2026-12-01",
    ),
    "b.yaml": rule(id="spam.two", status="canary", canary="10%", detect="{invite: {words: [die]}}"),
    "a.test.yaml": "- {match: x, lang: fr, pair: p}\n- {ok: x, lang: fr, copies: 3}\n- {todo_ok: x, lang: fr}\n",
    "lists/en/groups.yaml": GROUPS,
    "culture/idioms.yaml": IDIOM % "2020-01-01",
}
_PIECES = [
    *"{}[]: \n*'\"!1加\\b|()",
    "- ",
    "&a",
    "@lists/",
    "words",
    "not ",
    " and ",
    "null",
    "[]",
    "{}",
    ".*",
    "UK",
    "en",
]


@given(st.randoms(use_true_random=False), st.integers(1, 8))
def test_no_damage_to_a_file_makes_a_law_raise(chance: random.Random, times: int) -> None:
    files = dict(FILES)
    for _ in range(times):
        name = chance.choice(sorted(files))
        at = chance.randrange(len(files[name]) + 1)
        files[name] = files[name][:at] + chance.choice(_PIECES) + files[name][at + chance.randrange(12) :]
    checked = check_rules(files, TODAY)
    assert checked.rule_set is not None or any(not problem.warning for problem in checked.problems)
