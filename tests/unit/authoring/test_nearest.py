"""What would have to change, in words: each kind of condition that fails, each that holds, and the order of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from moderation.authoring.nearest import Step, silence, steps
from moderation.domain.decision import Action
from moderation.domain.language import Language
from moderation.domain.signal import Campaign, Contact, Evidence, Found, Hit, Tally, Window
from moderation.domain.text import Span
from moderation.policy.model import RuleSet
from moderation.policy.trace import RuleTrace
from tests.unit.policy.building import TODAY, engine_of, load, post_of, rule, signals_of

HOUR = 3600.0
FILES = {
    "lists__exemplars__e": "language: '*'\nowner: o\nsource: s\nterms: [One sentence.]\n",
    "culture__idioms": "- {id: cat_tax, forms: {en: [cat tax]}, owner: o, benign: {en: A custom., zh: 习惯。}}\n",
}


def _trace(rules: RuleSet, text: str, fields: Mapping[str, Any], **said: Any) -> tuple[RuleTrace, list[Step]]:
    post = post_of(text, **fields)
    signals = signals_of(rules, post, **said)
    (trace,) = engine_of(rules).trace(post, signals)
    return trace, steps(trace, post, signals)


def _lines(text: str, detect: str, condition: str, lang: str = "en", **said: Any) -> list[str]:
    fields = said.pop("fields", {})
    scope = said.pop("scope", None)
    rules = load(rule(detect=detect, condition=condition, scope=scope, action="{do: approve}"), **FILES)
    return [step.line(lang) for step in _trace(rules, text, fields, **said)[1]]


def _weak(number: int, text: str, evidence: Evidence = Evidence.homophone) -> Found:
    return Found(terms=[Hit(number, Span("text", 0, len(text), text), evidence)])


@pytest.mark.parametrize(
    ("detect", "said", "en", "zh"),
    [
        ("{words: {en: [join us]}}", {}, "none of its terms is there", "词表中的词均未出现"),
        (
            "{words: {fr: [salut]}}", {},
            "the post speaks none of the languages of its terms: fr", "帖子不含这些词所属的语言：fr",
        ),
        ("{regex: 'x+y'}", {}, "none of its patterns is there", "没有匹配任何正则"),
        ("{contact: [qq]}", {}, "there is no contact by qq", "没有这类联系方式：qq"),
        ("{links: [bit.ly, t.me]}", {}, "there is no link to bit.ly, t.me", "没有指向 bit.ly、t.me 的链接"),
        ("{links: any}", {}, "there is no link", "没有链接"),
        ("{idiom: [cat_tax]}", {}, "the idiom cat_tax, meant well, is not there", "没有出现无恶意的梗 cat_tax"),
        ("{score: spam, gte: 0.7}", {}, "there is no score of spam for en", "en 没有 spam 的得分"),
        (
            "{score: spam, gte: 0.7}", {"scores": {"spam": 0.62}},
            "0.62, needs ≥ 0.7 (0.08 short)", "0.62，需要 ≥ 0.7（差 0.08）",
        ),
        ("{score: spam, gt: 0.7}", {"scores": {"spam": 0.7}}, "0.7, needs > 0.7", "0.7，需要 > 0.7"),
        (
            "{score: spam, gte: {zh: 0.7}}", {"scores": {"spam": 0.9}},
            "0.9, and it has no limit for en", "0.9，但没有针对 en 的阈值",
        ),
        (
            '{similar_to: {examples: "@lists/exemplars/e", gte: 0.8}}', {},
            "the likeness was not measured", "没有测得相似度",
        ),
        ("{author.age_days: {lt: 30}}", {}, "the age of the account is not known", "账号年龄未知"),
        (
            "{author.age_days: {lt: 30}}", {"fields": {"author": {"age_days": 400}}},
            "400, needs < 30 (370 short)", "400，需要 < 30（差 370）",
        ),
        ("{author.region: {in: [US]}}", {}, "the region of the author is not known", "作者所在地区未知"),
        (
            "{author.region: {in: [US, CA]}}", {"fields": {"author": {"region": "FR"}}},
            "FR, needs one of CA, US", "FR，需要属于 CA、US",
        ),
        (
            "{count: {of: posts, within: 10m, gte: 5}}", {},
            "it is not known what else the author posted", "不知道该作者发过哪些内容",
        ),
        (
            "{count: {of: posts, within: 10m, gte: 5}}", {"counts": {Tally("posts", 600): 3}},
            "3 posts in 10m, needs ≥ 5 (2 short)", "10m 内 3 条，需要 ≥ 5（差 2）",
        ),
        (
            "{near_duplicates: {within: 1h, distinct_authors: 3}}", {"unavailable": ("campaigns",)},
            "near-duplicates could not be looked for", "无法查找近似文案",
        ),
        (
            "{near_duplicates: {within: 1h, distinct_authors: 3}}",
            {"campaign": Campaign("c", 2, 2, 0.0, {Window(HOUR, 0.8): 2})},
            "2 authors in 1h, needs ≥ 3 (1 short)", "1h 内 2 个作者，需要 ≥ 3（差 1）",
        ),
        ("{language: {doubtful: true}}", {}, "the language is not doubtful", "语言并不存疑"),
        ("{language: {mixed: true}}", {}, "the post is in one language", "帖子只有一种语言"),
        ("{language: {share: zh, gte: 0.3}}", {}, "0, needs ≥ 0.3 (0.3 short)", "0，需要 ≥ 0.3（差 0.3）"),
    ],
)  # fmt: skip
def test_why_a_condition_does_not_hold(detect: str, said: dict[str, Any], en: str, zh: str) -> None:
    for lang, says in (("en", en), ("zh", zh)):
        assert _lines("hello there", f"{{one: {detect}}}", "one", lang, **dict(said)) == [f"one: {says}"]


def test_what_is_seen_too_weakly_or_in_another_language_is_nearer_than_what_is_absent() -> None:
    assert _lines("加薇", "{invite: {words: {zh: [加微]}}}", "invite", found=_weak(1, "加薇")) == [
        "invite: `加薇` was seen, but only as homophone; the rule accepts squeezed or stronger"
    ]
    contact = Contact("wechat", "", Hit(-1, Span("text", 0, 2, "加V"), Evidence.homophone))
    assert _lines("加V", "{c: {contact: [wechat], evidence: leet}}", "c", "zh", found=Found(contacts=[contact])) == [
        "c: 看到了 `加V`，但证据仅为 homophone；规则要求不低于 leet"
    ]
    detect = "{absent: {words: {zh: [没有]}}, invite: {words: {fr: [dm me]}}}"
    assert _lines("今天 dm me 天气很好很好", detect, "absent or invite") == [
        "invite: `dm me` was seen, but in a part in en; it is a term of fr"
    ]


def test_a_filter_that_took_the_words_is_named() -> None:
    detect = "{invite: {words: [tax]}, filter_a: {words: [dog]}, filter_idiom: {idiom: [cat_tax]}}"
    assert _lines("pay the cat tax", detect, "invite and not 1 of filter_*") == ["invite: filter_idiom took `tax` away"]
    assert _lines("pay the cat tax", detect, "invite and not 1 of filter_*", "zh") == [
        "invite: `tax` 被 filter_idiom 去掉"
    ]


def test_the_smallest_shortfall_comes_first_and_the_least_number_of_changes_is_chosen() -> None:
    detect = (
        "{price: {words: [cheap]}, ad: {score: spam, gte: 0.7}, old: {author.age_days: {lt: 30}},"
        " far: {score: scam, gte: 0.9}}"
    )
    said = {"scores": {"spam": 0.69, "scam": 0.1}}
    assert _lines("hi", detect, "(price and old) or (ad and far)", **said) == [
        "ad: 0.69, needs ≥ 0.7 (0.01 short)",
        "far: 0.1, needs ≥ 0.9 (0.8 short)",
    ]
    assert _lines("cheap", detect, "(price and old) or (ad and far)", **said) == [
        "old: the age of the account is not known"
    ]


@pytest.mark.parametrize(
    ("text", "condition", "said", "line"),
    [
        ("join us", "invite", {}, "invite: without `join us`"),
        ("join us", "invite and ad", {"scores": {"spam": 0.72}}, "ad: 0.72, would have to be < 0.7 (0.02 away)"),
        ("hi", "new", {"fields": {"author": {"age_days": 3}}}, "new: 3, would have to be ≥ 30 (27 away)"),
        ("hi", "live", {}, "live: note, would have to be none of note"),
        (
            "hi", "unsure",
            {"language": Language("en", doubtful=True, candidates=("fr",))}, "unsure: the language is doubtful",
        ),
        ("join us", "invite and not gone", {}, "invite: without `join us`"),  # nearer than new words
    ],
)  # fmt: skip
def test_a_match_says_what_would_end_it(text: str, condition: str, said: dict[str, Any], line: str) -> None:
    detect = (
        "{invite: {words: [join us]}, ad: {score: spam, gte: 0.7}, new: {author.age_days: {lt: 30}},"
        " live: {post.kind: {in: [note]}}, unsure: {language: {doubtful: true}}, gone: {words: [gone]}}"
    )
    assert _lines(text, detect, condition, **dict(said)) == [line]


def test_a_filter_that_finds_words_is_nothing_to_change() -> None:
    detect = "{invite: {words: [join us]}, filter_x: {words: [please]}}"
    assert _lines("join us", detect, "invite and not filter_x") == ["invite: without `join us`"]


@pytest.mark.parametrize(
    ("scope", "fields", "en", "zh"),
    [
        ("{languages: [zh, de]}", {}, "outside its languages: the post is en, the rule looks at zh, de",
         "不在规则的语言之内：帖子是 en，规则只看 zh、de"),
        ("{kinds: [live, note]}", {"kind": "comment"},
         "outside its kinds: the post is a comment, the rule looks at note, live",
         "不在规则的帖子类型之内：帖子是 comment，规则只看 note、live"),
        ("{markets: [DE]}", {"markets": ["FR"]}, "outside its markets: the post is shown in FR, the rule looks at DE",
         "不在规则的市场之内：帖子展示于 FR，规则只看 DE"),
    ],
)  # fmt: skip
def test_a_rule_that_would_match_says_what_of_its_scope_does_not_take_the_post(
    scope: str, fields: dict[str, Any], en: str, zh: str
) -> None:
    for lang, says in (("en", en), ("zh", zh)):
        assert _lines("join us", "{i: {words: [join us]}}", "i", lang, scope=scope, fields=fields) == [says]
    both = _lines("hello", "{i: {words: [join us]}}", "i", scope=scope, fields=fields)
    assert both == [en, "i: none of its terms is there"]


def test_rules_are_as_near_as_their_changes_are_few_and_small() -> None:
    detect = "{a: {words: [aaa]}, b: {words: [bbb]}, s: {score: spam, gte: 0.7}}"
    texts = {"spam.far": "a and b", "spam.near": "s", "spam.middle": "a", "spam.never": "a and not a"}
    rules = load(*(rule(id=name, detect=detect, condition=text) for name, text in texts.items()))
    post = post_of("hello")
    traces = engine_of(rules).trace(post, signals_of(rules, post, scores={"spam": 0.65}))
    ranked = sorted(traces, key=lambda trace: trace.distance)
    assert [trace.rule.id for trace in ranked] == ["spam.near", "spam.middle", "spam.far", "spam.never"]


def test_json_has_the_name_the_words_and_the_numbers() -> None:
    rules = load(rule(detect="{s: {score: spam, gte: 0.7}}", condition="s"))
    (step,) = _trace(rules, "hello", {}, scores={"spam": 0.62})[1]
    assert step.to_json() == {
        "name": "s",
        "says": {"en": "0.62, needs ≥ 0.7 (0.08 short)", "zh": "0.62，需要 ≥ 0.7（差 0.08）"},
        "value": 0.62,
        "limit": 0.7,
        "short": 0.08,
    }


@pytest.mark.parametrize(
    ("parts", "said", "says"),
    [
        ({"status": "enforce"}, {}, []),
        ({"status": "canary", "canary": "100%"}, {}, []),
        ({"status": "canary", "canary": "0.01%"}, {}, ["canary: the post is not in its 0.01%"]),
        ({"status": "shadow"}, {}, ["its status is shadow: a match is recorded and never acts"]),
        ({"status": "enforce", "expires": "2026-11-20"}, {}, ["expired: 2026-11-20 was its last day"]),
        ({"status": "enforce", "expires": "2026-11-21"}, {}, []),  # the last day counts
        ({"status": "enforce"}, {"cut": ("spam.one",)}, ["cut off in en by its breaker"]),
        ({"status": "enforce"}, {"cut": ("spam.other",)}, []),
    ],
)
def test_a_match_says_why_it_does_not_act(parts: dict[str, str], said: dict[str, Any], says: list[str]) -> None:
    tests = "".join(f"- {{{kind}, lang: {lang}}}\n" for lang in ("zh", "en") for kind in ("match: join us", "ok: hi"))
    rules = load(rule(**parts), rule0_test=tests)
    post = post_of("join us")
    signals = signals_of(rules, post, **said)
    (trace,) = engine_of(rules).trace(post, signals)
    assert [step.line("en") for step in silence(trace, post, signals, TODAY)] == says
    acts = engine_of(rules)([post], [signals], "2026-11-21T08:00:00.000Z")[0].action is not Action.approve
    assert acts is not bool(says)  # the engine agrees


def test_what_does_not_match_is_not_silent() -> None:
    rules = load(rule())
    post = post_of("hello")
    signals = signals_of(rules, post, cut=("spam.one",))
    assert silence(engine_of(rules).trace(post, signals)[0], post, signals, TODAY) == []
