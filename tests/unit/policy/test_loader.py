"""Files to a rule set, or to all that is wrong with them at once."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.domain.decision import Action
from moderation.domain.errors import RulesRefused, UsageError
from moderation.domain.signal import Pattern, Term, Window
from moderation.policy.compiler import wake
from moderation.policy.loader import check_rules, load_rules, read_folder
from tests.unit.policy.building import TODAY, check, codes, load, rule

GOLDEN = Path(__file__).parents[2] / "golden" / "rules"
INVITE = "language: zh\nowner: o\nsource: s\nterms: [加微信, 加V]\n"
IDIOMS = "- {id: cat_tax, forms: {zh: [交猫税]}, owner: o, benign: {en: A custom., zh: 习惯。}}\n"


def test_a_broken_folder_tells_all_its_problems_at_once() -> None:
    """Rewrite with UPDATE_GOLDEN=1, and read the difference."""
    lines = []
    for problem in check_rules(read_folder(GOLDEN / "broken"), TODAY).problems:
        caret = " " * (problem.column - 1) + "^"
        lines += [str(problem), f"    {problem.source}", f"    {caret}", f"    hint: {problem.hint}".rstrip()]
    said = "\n".join(lines) + "\n"
    golden = GOLDEN / "broken.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(said, "utf-8")
    assert said == golden.read_text("utf-8")


def test_a_refused_set_raises_with_every_problem() -> None:
    with pytest.raises(RulesRefused) as refused:
        load_rules({"a.yaml": rule(status="on", severity="bad")}, TODAY)
    assert [problem.code for problem in refused.value.problems] == ["R004", "R004"]
    assert refused.value.exit_code == 2


def test_a_whole_rule_is_read_as_it_is_written() -> None:
    text = rule(
        id="ad_diversion.offsite",
        category="ad_diversion",
        status="canary",
        canary="2.5%",
        expires="2026-11-21",
        scope="{kinds: [comment], languages: [zh-Hans, en], mixed: whole, markets: [US]}",
        detect='{invite: {words: {zh: "@lists/zh/invite", en: [dm me, text me]}, evidence: folded}}',
        action="{do: limit, desk: both, tell_author: true}",
        markets="{DE: {do: remove}}",
    )
    only = load(text, lists__zh__invite=INVITE).rules[0]
    assert (only.canary, only.action, only.desk, only.tell_author) == (0.025, Action.limit, "both", True)
    assert only.action_in("DE") is Action.remove
    assert only.action_in("FR") is Action.limit
    assert only.scope.kinds == {"comment"}
    assert (only.scope.mixed, only.scope.languages) == ("whole", ("zh-Hans", "en"))
    assert only.expires == TODAY  # inclusive: no warning on the last day
    assert only.version.startswith("sha256:")


# the rule, its files, the codes; beside each mistake stands what is right
@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({}, []),
        ({"owner": None}, ["R003"]),
        ({"ownr": "x"}, ["R001"]),
        ({"id": "scam.one"}, ["R006"]),
        ({"id": "spam"}, ["R006"]),
        ({"id": "spam.One"}, ["R006"]),
        ({"title": "One"}, ["R002"]),
        ({"title": "{en: One}"}, ["R003"]),
        ({"explain": "{en: One, zh: ''}"}, ["R002"]),
        ({"category": "advert", "id": "spam.one"}, ["R005"]),
        ({"status": "live"}, ["R004"]),
        ({"severity": "3"}, ["R004"]),
        ({"detect": "{}"}, ["R002", "R011"]),
        ({"detect": "{invite: join us}"}, ["R002"]),
        ({"detect": "{invite: {words: []}}"}, ["R019"]),
        ({"detect": "{invite: {words: {}}}"}, ["R019"]),
        ({"detect": "{invite: {words: join us}}"}, []),
        ({"detect": "{invite: {words: {zh-Hant: [加], yue: [加], pt: [x], '*': [y]}}}"}, []),
        ({"detect": "{invite: {words: {zh_CN: [加]}}}"}, ["R008"]),
        ({"detect": "{invite: {words: {english: [x]}}}"}, ["R008"]),
        ({"detect": "{invite: {words: {fil: [x]}}}"}, ["R008"]),  # the detector says tl
        ({"detect": "{invite: {words: {nb: [x]}}}"}, ["R008"]),  # … and no
        ({"detect": "{invite: {words: [no]}}"}, []),  # Norwegian, not false
        ({"detect": "{invite: {words: [true]}}"}, ["R002"]),
        ({"detect": '{invite: {words: ["\\u200b\\ufe0f"]}}'}, ["R021"]),
        ({"detect": "{invite: {words: [❤️]}}"}, []),
        ({"detect": "{invite: {words: [x], evidence: homophone}}"}, []),
        ({"detect": "{invite: {words: [x], evidence: telepathy}}"}, ["R004"]),
        ({"detect": "{invite: {regex: 'a+'}}"}, []),
        ({"detect": "{invite: {regex: '(a+)+$'}}"}, []),  # RE2 has no catastrophe
        ({"detect": "{invite: {regex: 'a(?!b)'}}"}, ["R016"]),
        ({"detect": "{invite: {regex: '(a)\\1'}}"}, ["R016"]),
        ({"detect": "{invite: {regex: 'a*'}}"}, ["R017"]),
        ({"detect": "{invite: {regex: '^'}}"}, ["R017"]),
        ({"detect": "{invite: {regex: 'WeChat'}}"}, ["R033"]),
        ({"detect": "{invite: {regex: 'café'}}"}, ["R033"]),
        ({"detect": "{invite: {regex: '１００'}}"}, ["R033"]),
        ({"detect": "{invite: {regex: 'WeChat', view: original}}"}, []),
        ({"detect": "{invite: {regex: '(?i)WeChat'}}"}, []),
        ({"detect": "{invite: {regex: '\\S\\D\\W\\p{Han}\\x{4E00}[[:^alpha:]](?P<Name>が)'}}"}, []),
        ({"detect": "{invite: {regex: x, flags: i}}"}, ["R001"]),
        ({"detect": "{invite: {similar_to: {examples: '@lists/exemplars/x', gte: 0.5}}}"}, ["R018"]),
        ({"detect": "{invite: {idiom: [cat_tax]}}"}, ["R022"]),
        ({"detect": "{invite: {word: [x]}}"}, ["R013"]),
        ({"detect": "{invite: {}}"}, ["R013"]),
        ({"detect": "{invite: {words: [x], score: spam, gte: 1}}"}, ["R013"]),
        ({"detect": "{of: {words: [x]}, invite: {words: [x]}}"}, ["R009", "R012"]),
        ({"detect": "{invite: {words: [x]}, other: {words: [y]}}"}, ["R012"]),
        ({"condition": "invit"}, ["R012", "R011"]),
        ({"condition": "invite or"}, ["R010"]),
        ({"action": "{do: ban}"}, ["R004"]),
        ({"action": "{desk: zh}"}, ["R003"]),
        ({"action": "{do: hold, tell_author: yes}"}, ["R002"]),
        ({"markets": "{de: {do: hold}}"}, ["R004"]),
        ({"markets": "{DE: hold}"}, ["R002"]),
        ({"scope": "{languages: []}"}, ["R002"]),
        ({"scope": "{languages: ['*']}"}, []),
        ({"scope": "{languages: [und]}"}, []),
        ({"scope": "{markets: []}"}, ["R002"]),
        ({"scope": "{kinds: [story]}"}, ["R004"]),
        ({"expires": "2026-11-21"}, []),
        ({"expires": "2026-11-20"}, ["R024"]),
        ({"expires": "20261121"}, ["R030"]),
        ({"expires": "21.11.2026"}, ["R030"]),
        ({"status": "canary", "expires": "2027-11-30"}, ["R023"]),
        ({"status": "canary", "expires": "2027-11-30", "canary": "10%"}, []),
        ({"status": "canary", "canary": "10"}, ["R030"]),
        ({"status": "canary", "canary": "0%"}, ["R030"]),
        ({"status": "canary", "canary": "101%"}, ["R030"]),
        ({"canary": "10%"}, ["R023"]),
        ({"explain": "{en: '{match.invite}', zh: '{match.invite}'}"}, []),
        ({"explain": "{en: '{match.invit}', zh: 无}"}, ["R026"]),
        ({"explain": "{en: '{author}', zh: 无}"}, ["R026"]),
        ({"explain": "{en: '{match.invite', zh: 无}"}, ["R026"]),
    ],
)
def test_each_mistake_has_its_code(parts: dict[str, str], expected: list[str]) -> None:
    assert codes(check(a=rule(**parts))) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("contact: [wechat, phone]", []),
        ("contact: any", []),
        ("contact: [qr], evidence: initials", []),
        ("contact: all", ["R002"]),
        ("contact: wechat", ["R002"]),
        ("contact: []", ["R002"]),
        ("contact: [weixin]", ["R034"]),
        ("contact: [link]", ["R034"]),  # that is what `links` is for
        ("contact: [any]", ["R034"]),
        ("contact: {zh: [wechat]}", ["R002"]),  # it has no language
        ("contact: [wechat], view: original", ["R001"]),
        ("links: any", []),
        ("links: [bit.ly, WWW.Example.com, '*.top', '*.co.uk', 1.2.3.4, xn--fiqs8s.cn, 例子.中国]", []),
        ("links: []", ["R002"]),
        ("links: bit.ly", ["R002"]),
        ("links: ['*']", ["R035"]),
        ("links: [top]", ["R035"]),
        ("links: ['bit.*']", ["R035"]),
        ("links: ['.bit.ly']", ["R035"]),
        ("links: [-bit.ly]", ["R035"]),
        ("links: ['https://bit.ly']", ["R035"]),
        ("links: [bit.ly/abc]", ["R035"]),
        ("links: ['bit.ly:80']", ["R035"]),
        ("links: [bit.ly], evidence: sure", ["R004"]),
        ("near_duplicates: {within: 24h, distinct_authors: 3}", []),
        ("near_duplicates: {within: 1m, distinct_authors: 2, gte: 0.6}", []),
        ("near_duplicates: {within: 7d, distinct_authors: 2, gte: 1}", []),
        ("near_duplicates: {within: 168h, distinct_authors: 2}", []),
        ("near_duplicates: {within: 169h, distinct_authors: 2}", ["R036"]),
        ("near_duplicates: {within: 8d, distinct_authors: 2}", ["R036"]),
        ("near_duplicates: {within: 0m, distinct_authors: 2}", ["R036"]),
        ("near_duplicates: {within: 90s, distinct_authors: 2}", ["R036"]),
        ("near_duplicates: {within: 90, distinct_authors: 2}", ["R036"]),
        ("near_duplicates: {within: 1.5h, distinct_authors: 2}", ["R036"]),
        ("near_duplicates: {within: {h: 1}, distinct_authors: 2}", ["R036"]),
        ("near_duplicates: {within: 1h, distinct_authors: 1}", ["R037"]),
        ("near_duplicates: {within: 1h, distinct_authors: 2.5}", ["R037"]),
        ("near_duplicates: {within: 1h, distinct_authors: many}", ["R002"]),
        ("near_duplicates: {within: 1h, distinct_authors: 2, gte: 0.59}", ["R015"]),
        ("near_duplicates: {within: 1h, distinct_authors: 2, gte: 1.1}", ["R015"]),
        ("near_duplicates: {within: 1h, distinct_authors: 2, lt: 0.9}", ["R001"]),
        ("near_duplicates: {within: 1h, distinct_authors: 2}, gte: 0.9", ["R001"]),
        ("near_duplicates: {within: 1h}", ["R003"]),
        ("near_duplicates: {}", ["R003", "R003"]),
        ("near_duplicates: 3", ["R002"]),
    ],
)
def test_conditions_on_contacts_links_and_copies_are_read_strictly(condition: str, expected: list[str]) -> None:
    assert codes(check(a=rule(detect=f"{{invite: {{{condition}}}}}"))) == expected


def test_a_link_where_a_host_belongs_is_told_its_host() -> None:
    problem = check(a=rule(detect="{invite: {links: ['https://www.bit.ly/abc']}}")).problems[0]
    assert (problem.code, problem.hint) == ("R035", "write `bit.ly`")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("c and l", ["R027"]),  # copies are no words
        ("n and c", []),
        ("n and l", ["R027"]),  # {match.c} may be without words
    ],
)
def test_contacts_and_links_are_words_and_copies_are_not(condition: str, expected: list[str]) -> None:
    detect = "{c: {contact: any}, l: {links: any}, n: {near_duplicates: {within: 1h, distinct_authors: 2}}}"
    name = "n" if condition == "c and l" else "c"
    text = rule(detect=detect, condition=condition, explain=f"{{en: '{{match.{name}}}', zh: 无}}")
    assert [code for code in codes(check(a=text)) if code != "R012"] == expected


def test_contacts_links_and_copies_know_every_language() -> None:
    detect = "{c: {contact: any}, l: {links: any}, n: {near_duplicates: {within: 1h, distinct_authors: 2}}}"
    for condition in ("c", "l", "n", "c and l and n"):
        found = codes(check(a=rule(detect=detect, condition=condition, scope="{languages: [zh, th]}")))
        assert [code for code in found if code != "R012"] == []


@pytest.mark.parametrize(
    ("comparison", "expected"),
    [
        ("gte: 0.7", []),
        ("lt: 1", []),
        ("gt: {zh: 0.7, '*': 0.9}", []),
        ("", ["R014"]),
        ("gte: 0.7, lt: 0.9", ["R014"]),
        ("above: 0.7", ["R001", "R014"]),
        ("gte: 1.1", ["R015"]),
        ("gte: -0.1", ["R015"]),
        ("gte: {zh: 0.7, en: 70}", ["R015"]),
        ("gte: p95", []),
        ("gte: p99", ["R041"]),
        ("gte: .nan", ["R002"]),
        ("gte: .inf", ["R002"]),
        ("gte: true", ["R002"]),
        ("gte: {}", ["R019"]),
    ],
)
def test_a_comparison_is_one_of_four_with_limits_in_range(comparison: str, expected: list[str]) -> None:
    text = rule(detect=f"{{invite: {{score: spam{', ' * bool(comparison)}{comparison}}}}}")
    assert sorted(codes(check(a=text))) == expected


def test_numbers_of_the_author_have_no_upper_limit() -> None:
    assert codes(check(a=rule(detect="{invite: {author.followers: {gte: 100000}}}"))) == []
    assert codes(check(a=rule(detect="{invite: {author.followers: {gte: -1}}}"))) == ["R015"]
    assert codes(check(a=rule(detect="{invite: {author.folowers: {gte: 1}}}"))) == ["R013"]
    assert codes(check(a=rule(detect="{invite: {post.kind: {in: [note]}}}", action="{do: approve}"))) == []
    assert codes(check(a=rule(detect="{invite: {post.kind: {in: [notes]}}}"))) == ["R004"]


# a is needed, b is not
@pytest.mark.parametrize(
    ("condition", "name", "expected"),
    [
        ("a and b", "a", []),
        ("a and (b or c)", "a", []),
        ("(a and b) or (a and c)", "a", []),
        ("all of (a, b)", "a", []),
        ("2 of (a, b) and c", "a", []),
        ("not not a and b", "a", []),
        ("not (not a or b) and c", "a", []),
        ("a or b", "a", ["R027"]),
        ("1 of (a, b)", "a", ["R027"]),
        ("2 of (a, b, c)", "a", ["R027"]),
        ("b and not a", "a", ["R027"]),
        ("b and not filter_f", "filter_f", ["R027"]),
        ("s and b", "s", ["R027"]),  # a score has no words
    ],
)
def test_a_placeholder_has_words_wherever_the_rule_matches(condition: str, name: str, expected: list[str]) -> None:
    detect = "{a: {words: [a]}, b: {words: [b]}, c: {words: [c]}, s: {score: spam, gte: 0.5}, filter_f: {words: [f]}}"
    text = rule(detect=detect, condition=condition, explain=f"{{en: '{{match.{name}}}', zh: 无}}")
    assert [code for code in codes(check(a=text)) if code != "R012"] == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("a and not filter_f", []),
        ("a and not 1 of filter_*", []),
        ("a and not (filter_f or filter_g)", []),
        ("not filter_f and a", []),
        ("(a and not filter_f) or (a and not filter_g)", []),
        ("a and filter_f", ["R028"]),
        ("a and not (filter_f or a)", ["R054", "R028"]),
        ("a and not not filter_f", ["R028"]),
        ("a or 1 of filter_*", ["R028", "R028"]),
        ("a and not filter_f and filter_f", ["R054", "R028"]),
    ],
)
def test_filters_stand_under_a_not_of_their_own(condition: str, expected: list[str]) -> None:
    detect = "{a: {words: [a]}, filter_f: {words: [f]}, filter_g: {words: [g]}}"
    found = check(a=rule(detect=detect, condition=condition))
    assert [code for code in codes(found) if code != "R012"] == expected


TESTS = "- {match: a, lang: zh-Hant}\n- {ok: b, lang: zh}\n- {match: a, lang: en}\n"


@pytest.mark.parametrize(
    ("languages", "tests", "expected"),
    [
        ("[zh]", TESTS, []),
        ("[zh]", "", ["R025"]),
        ("[zh, en]", TESTS, ["R025"]),  # no ok in en
        ("[zh, en]", TESTS + "- {todo_ok: b, lang: en}\n", ["R025"]),
        ("[zh, en]", TESTS + "- {ok: b, lang: en}\n", []),
        ("['*']", TESTS + "- {ok: b, lang: en}\n", ["R025"]),  # detect names fr
        ("['*']", TESTS + "- {ok: b, lang: en}\n- {match: a, lang: fr}\n- {ok: b, lang: fr}\n", []),
    ],
)
def test_an_enforced_rule_is_tested_in_each_language_that_it_claims(
    languages: str, tests: str, expected: list[str]
) -> None:
    text = rule(status="enforce", scope=f"{{languages: {languages}}}", detect="{invite: {words: {'*': [a], fr: [b]}}}")
    found = codes(check(a=text, a_test=tests) if tests else check(a=text))
    assert [code for code in found if code == "R025"] == expected


def test_the_missing_tests_are_named() -> None:
    problem = check(common__a=rule(status="enforce", scope="{languages: [en]}")).problems[0]
    assert problem.message == "no match and no ok test in `en`"
    assert "common/a.test.yaml" in problem.hint


@pytest.mark.parametrize(
    ("detect", "condition", "expected"),
    [
        ("{a: {words: {zh: [x]}}, b: {words: {zh: [y], en: [z]}}}", "a and b", ["R032"]),
        ("{a: {words: {zh: [x]}}, b: {words: {zh: [y], en: [z]}}}", "a or b", []),
        ("{a: {words: {zh: [x]}}, b: {words: {zh: [y], '*': [z]}}}", "b", []),
        ("{a: {words: {zh: [x]}}, b: {words: {zh: [y], en: [z]}}}", "b and not a", ["R032"]),
        ("{filter_a: {words: {zh: [x]}}, b: {words: {zh: [y], en: [z]}}}", "b and not filter_a", []),
        ("{a: {score: spam, gte: {zh: 0.5}}, b: {words: [z]}}", "a and b", ["R032"]),
        ("{a: {words: {zh-Hant: [x], en: [y]}}}", "a", []),  # part of zh is enough
    ],
)
def test_a_language_in_which_a_rule_cannot_match_is_a_warning(detect: str, condition: str, expected: list[str]) -> None:
    text = rule(detect=detect, condition=condition, scope="{languages: [zh, en]}")
    assert [code for code in codes(check(a=text)) if code != "R012"] == expected


def test_the_caret_stands_under_the_fault_of_a_condition() -> None:
    problem = check(a=rule(condition="'invite and  fitler'")).problems[0]
    assert problem.source[problem.column - 1 :] == "fitler'"


@pytest.mark.parametrize(
    ("reference", "listed", "expected"),
    [
        ("{zh: '@lists/zh/invite'}", INVITE, [("加V", "zh"), ("加微信", "zh")]),
        ("'@lists/zh/invite'", INVITE, [("加V", "zh"), ("加微信", "zh")]),  # the list states its language
        ("['@lists/zh/invite', x]", INVITE, [("x", "*"), ("加V", "zh"), ("加微信", "zh")]),
        ("{zh: '@lists/zh/invite'}", INVITE.replace("zh", "zh-Hant"), [("加V", "zh-Hant"), ("加微信", "zh-Hant")]),
        ("{zh: '@lists/zh/invite'}", INVITE.replace("zh", "'*'"), [("加V", "zh"), ("加微信", "zh")]),
    ],
)
def test_terms_keep_the_more_special_language_of_key_and_list(
    reference: str, listed: str, expected: list[tuple[str, str]]
) -> None:
    rules = load(rule(detect=f"{{invite: {{words: {reference}}}}}"), lists__zh__invite=listed)
    assert [(term.text, term.language) for term in rules.vocabulary.terms] == expected


def test_a_list_of_another_language_than_its_key_is_refused() -> None:
    text = rule(detect="{invite: {words: {en: '@lists/zh/invite'}}}")
    assert codes(check(a=text, lists__zh__invite=INVITE)) == ["R031"]


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ("[加V, 加v]", ["R020"]),
        ("[加Ｖ, 加v]", ["R020"]),
        ("[x, x]", ["R020"]),
        ("[a b, a  b]", ["R020"]),
        ("[a b, ab]", []),
        ("[]", ["R019"]),
        ("[2026]", ["R002"]),
        ("['2026']", []),
        ('["\\u200d"]', ["R021"]),
        ("x", ["R002"]),
    ],
)
def test_what_is_wrong_in_a_list(terms: str, expected: list[str]) -> None:
    text = rule(detect="{invite: {words: {zh: '@lists/zh/x', en: [join us]}}}")
    checked = check(a=text, lists__zh__x=f"language: zh\nowner: o\nsource: s\nterms: {terms}\n")
    assert codes(checked) == expected


def test_ids_stand_once_and_tests_beside_their_rule() -> None:
    checked = check(a=rule(), b=rule(), c_test="- {ok: x, lang: en}\n")
    assert codes(checked) == ["R007", "R029"]
    assert "stands in a.yaml already" in checked.problems[0].message


def test_the_vocabulary_says_what_else_to_look_for() -> None:
    copies = "{near_duplicates: {within: %s, distinct_authors: %d%s}}"
    rules = load(
        rule(id="spam.a", detect="{invite: {contact: [qq]}}"),
        rule(id="spam.b", detect="{invite: " + copies % ("24h", 3, "") + "}"),
        rule(id="spam.c", detect="{invite: " + copies % ("1d", 5, "") + "}"),  # the same window
        rule(id="spam.d", detect="{invite: " + copies % ("10m", 3, ", gte: 0.9") + "}"),
        rule(id="spam.e", status="draft", detect="{invite: {links: any}}"),
    )
    vocabulary = rules.vocabulary
    assert (vocabulary.contacts, vocabulary.links) == (True, False)
    assert vocabulary.windows == (Window(600.0, 0.9), Window(86400.0))
    assert wake(rules).vocabulary.links
    nothing = load(rule()).vocabulary
    assert (nothing.contacts, nothing.links, nothing.windows) == (False, False, ())


def test_the_vocabulary_has_each_thing_once_and_only_of_rules_that_run() -> None:
    rules = load(
        rule(id="spam.a", detect="{invite: {words: [x, {zh: 1}]}}".replace(", {zh: 1}", "")),
        rule(id="spam.b", detect="{invite: {words: {en: [x], '*': [x]}}, p: {regex: 'y+'}}", condition="invite or p"),
        rule(id="spam.c", detect="{invite: {regex: {'*': 'y+'}}}"),
        rule(id="spam.d", status="draft", detect="{invite: {words: [draft]}}"),
        rule(id="spam.e", status="retired", detect="{invite: {words: [retired]}}"),
        rule(id="spam.f", detect="{invite: {similar_to: {examples: '@lists/exemplars/e', gte: 0.8}}}"),
        lists__exemplars__e="language: '*'\nowner: o\nsource: s\nterms: [One sentence., 一句话。]\n",
        culture__idioms=IDIOMS,
    )
    assert rules.vocabulary.terms == (Term("x", "*"), Term("x", "en"), Term("交猫税", "zh"))
    assert rules.vocabulary.patterns == (Pattern("y+"),)
    assert rules.vocabulary.exemplars == {"exemplars/e": ("One sentence.", "一句话。")}
    assert Term("draft") in wake(rules).vocabulary.terms
    assert Term("retired") not in wake(rules).vocabulary.terms
    assert rules.rule("spam.d") is not None
    assert rules.rule("spam.z") is None


FILES = {
    "common/a.yaml": rule(id="spam.a", detect="{invite: {words: {zh: '@lists/zh/invite'}}}"),
    "b.yaml": rule(id="spam.b", detect="{invite: {idiom: [cat_tax]}}"),
    "zh/c.yaml": rule(id="spam.c"),
    "d.yaml": rule(
        id="spam.d",
        detect="{c: {contact: [qq], evidence: leet}, l: {links: ['*.top']},"
        " n: {near_duplicates: {within: 24h, distinct_authors: 3, gte: 0.9}}}",
        condition="c and l and n",
    ),
    "lists/zh/invite.yaml": INVITE,
    "culture/idioms.yaml": IDIOMS,
}


@given(st.permutations(sorted(FILES)))
def test_the_order_of_the_files_never_matters(order: list[str]) -> None:
    shuffled = load_rules({name: FILES[name] for name in order}, TODAY)
    assert shuffled == load_rules(FILES, TODAY)


def _versions(changes: dict[str, str]) -> tuple[str, dict[str, str]]:
    rules = load_rules({**FILES, **changes}, TODAY)
    return rules.digest, {rule.id: rule.version for rule in rules.rules}


@pytest.mark.parametrize(
    ("changes", "touched"),
    [
        ({"zh/c.yaml": FILES["zh/c.yaml"] + "# a comment\n"}, set()),
        ({"b.test.yaml": "- {ok: x, lang: en}\n"}, set()),
        ({"zh/c.yaml": "\n".join(reversed(FILES["zh/c.yaml"].splitlines()))}, set()),
        ({"zh/c.yaml": FILES["zh/c.yaml"].replace("join us", "join me")}, {"spam.c"}),
        ({"lists/zh/invite.yaml": INVITE.replace("加V", "加W")}, {"spam.a"}),
        ({"lists/zh/invite.yaml": INVITE.replace("owner: o", "owner: other")}, set()),
        ({"culture/idioms.yaml": IDIOMS.replace("A custom", "Our custom")}, {"spam.b"}),
    ],
)
def test_a_digest_changes_with_what_is_said_and_with_nothing_else(changes: dict[str, str], touched: set[str]) -> None:
    before_all, before = _versions({})
    after_all, after = _versions(changes)
    assert {name for name in before if before[name] != after[name]} == touched
    assert (before_all != after_all) is bool(touched)


def test_a_warning_loads_and_stays_with_the_set() -> None:
    rules = load(rule(expires="2026-01-01"))
    assert [problem.code for problem in rules.warnings] == ["R024"]
    assert replace(rules, warnings=()) != rules


def test_a_folder_is_read_by_names_with_slashes(tmp_path: Path) -> None:
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "a.yaml").write_text(rule(), "utf-8")
    (tmp_path / "b.yml").write_bytes(b"id: \xff\n")
    (tmp_path / "schema.json").write_text("{}", "utf-8")
    files = read_folder(tmp_path)
    assert sorted(files) == ["b.yml", "zh/a.yaml"]
    problem = check_rules(files, TODAY).problems[0]
    assert (problem.file, problem.code, problem.line, problem.column) == ("b.yml", "Y007", 1, 5)


def test_a_folder_without_rules_is_no_rule_set(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"holds no \.yaml file; give --rules"):
        read_folder(tmp_path)
    with pytest.raises(UsageError, match="is no folder of rules"):
        read_folder(tmp_path / "nowhere")


_PIECES = [*"{}[]: \n*'\"!1加", "- ", "&a", "@lists/", "words", "zh", "null"]


@given(st.randoms(use_true_random=False), st.integers(1, 12))
def test_no_damage_to_a_file_makes_the_loader_raise(chance: random.Random, times: int) -> None:
    files = dict(FILES)
    name = chance.choice(sorted(files))
    text = files[name]
    for _ in range(times):
        at = chance.randrange(len(text) + 1)
        text = text[:at] + chance.choice(_PIECES) + text[at + chance.randrange(4) :]
    checked = check_rules({**files, name: text}, TODAY)
    assert checked.rule_set is not None or any(not problem.warning for problem in checked.problems)
