"""What would have to change: for a rule to match a post, for a match to be none, for a match to act. In both languages.

The policy says which conditions are nearest to being otherwise (:class:`~moderation.policy.trace.RuleTrace`); here each
is said with what was seen and what it needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from moderation.authoring.describe import SIGNS, stretch
from moderation.domain.language import primary
from moderation.domain.post import KINDS, Post
from moderation.domain.signal import POSTS, Evidence, Hit, Signals
from moderation.domain.text import Span
from moderation.policy.engine import in_canary
from moderation.policy.filters import is_filter
from moderation.policy.model import (
    Among,
    Bound,
    Condition,
    Contacts,
    Count,
    Idioms,
    Links,
    NearDuplicates,
    Number,
    Regex,
    Rule,
    Score,
    Similar,
    Speech,
    Words,
)
from moderation.policy.trace import ConditionTrace, RuleTrace

_SHOWN = 4
_OPPOSITE = {"lt": "gte", "lte": "gt", "gt": "lte", "gte": "lt"}

_WORDS: Mapping[str, tuple[str, str]] = {
    "kinds": (
        "outside its kinds: the post is a {post}, the rule looks at {rule}",
        "不在规则的帖子类型之内：帖子是 {post}，规则只看 {rule}",
    ),
    "languages": (
        "outside its languages: the post is {post}, the rule looks at {rule}",
        "不在规则的语言之内：帖子是 {post}，规则只看 {rule}",
    ),
    "markets": (
        "outside its markets: the post is shown in {post}, the rule looks at {rule}",
        "不在规则的市场之内：帖子展示于 {post}，规则只看 {rule}",
    ),
    "taken": ("{by} took {some} away", "{some} 被 {by} 去掉"),
    "weaker": (
        "{some} was seen, but only as {seen}; the rule accepts {accepted} or stronger",
        "看到了 {some}，但证据仅为 {seen}；规则要求不低于 {accepted}",
    ),
    "elsewhere": (
        "{some} was seen, but in a part in {there}; it is a term of {of}",
        "看到了 {some}，但所在片段是 {there}；该词属于 {of}",
    ),
    "unspoken": (
        "the post speaks none of the languages of its terms: {some}",
        "帖子不含这些词所属的语言：{some}",
    ),
    "words": ("none of its terms is there", "词表中的词均未出现"),
    "patterns": ("none of its patterns is there", "没有匹配任何正则"),
    "contact": ("there is no contact by {some}", "没有这类联系方式：{some}"),
    "link": ("there is no link to {some}", "没有指向 {some} 的链接"),
    "any_link": ("there is no link", "没有链接"),
    "benign": ("the idiom {some}, meant well, is not there", "没有出现无恶意的梗 {some}"),
    "harmful": ("the idiom {some}, meant ill, is not there", "没有出现恶意的梗 {some}"),
    "away": ("without {some}", "去掉 {some}"),
    "needs": ("{value}, needs {sign} {limit}{short}", "{value}，需要 {sign} {limit}{short}"),
    "must": ("{value}, would have to be {sign} {limit}{over}", "{value}，须 {sign} {limit}{over}"),
    "short": (" ({by} short)", "（差 {by}）"),
    "over": (" ({by} away)", "（相差 {by}）"),
    "posts": ("{n} post{s} in {within}", "{within} 内 {n} 条"),
    "matches": ("{n} post{s} that {rule} matches, in {within}", "{within} 内被 {rule} 命中 {n} 条"),
    "authors": ("{n} author{s} in {within}", "{within} 内 {n} 个作者"),
    "unlimited": ("{value}, and it has no limit for {tag}", "{value}，但没有针对 {tag} 的阈值"),
    "unscored": ("there is no score of {category} for {tag}", "{tag} 没有 {category} 的得分"),
    "unlike": ("the likeness was not measured", "没有测得相似度"),
    "uncounted": ("it is not known what else the author posted", "不知道该作者发过哪些内容"),
    "ungrouped": ("near-duplicates could not be looked for", "无法查找近似文案"),
    "unknown": ("{field} is not known", "{field}未知"),
    "among": ("{value}, needs one of {some}", "{value}，需要属于 {some}"),
    "not_among": ("{value}, would have to be none of {some}", "{value}，须不属于 {some}"),
    "sure": ("the language is not doubtful", "语言并不存疑"),
    "doubtful": ("the language is doubtful", "语言存疑"),
    "single": ("the post is in one language", "帖子只有一种语言"),
    "mixed": ("the post is in several languages", "帖子有多种语言"),
    "breaker": ("cut off in {tag} by its breaker", "在 {tag} 中已被熔断"),
    "canary": ("canary: the post is not in its {share}", "灰度：帖子不在 {share} 之内"),
    "expires": ("expired: {day} was its last day", "已过期：有效期至 {day}"),
    "status": ("its status is shadow: a match is recorded and never acts", "状态为 shadow：只记录，不处置"),
}

_FIELDS: Mapping[str, tuple[str, str]] = {
    "author.age_days": ("the age of the account", "账号年龄"),
    "author.strikes": ("the number of the author's strikes", "作者的违规次数"),
    "author.followers": ("the number of the author's followers", "作者的粉丝数"),
    "author.region": ("the region of the author", "作者所在地区"),
    "post.region": ("the region of the post", "帖子所在地区"),
    "post.views_per_minute": ("the number of views per minute", "每分钟浏览量"),
    "post.kind": ("the kind of post", "帖子类型"),
}


class Step(NamedTuple):
    """One thing that would have to change: a condition by name, or a part of the rule (``scope.languages``).

    ``says`` maps en and zh to words; ``value``, ``limit`` and ``short`` are the number, what it is held to, and how far
    it is from that, where it is one.
    """

    name: str
    says: Mapping[str, str]
    value: float | str | None = None
    limit: float | None = None
    short: float | None = None

    def line(self, lang: str) -> str:
        """The step as one line, with the condition's name."""
        return self.says[lang] if "." in self.name else f"{self.name}: {self.says[lang]}"

    def to_json(self) -> dict[str, Any]:
        """The form of ``explain --json``."""
        return self._asdict()


def steps(trace: RuleTrace, post: Post, signals: Signals) -> list[Step]:
    """What would have to change for the rule to match, or not to match where it does; the nearest first."""
    told = [_barrier(part, trace.rule, post, signals) for part in trace.barriers]
    for part in trace.nearest:
        says = _ending(trace.rule, part) if part.truth else _failing(trace, part, signals)
        told.append(Step(part.name, says, part.value, part.limit, part.short))
    return told


def silence(trace: RuleTrace, post: Post, signals: Signals, today: date) -> list[Step]:
    """Why a match is recorded and does not act; empty where it acts, or there is no match."""
    rule = trace.rule
    if not trace.matched:
        return []
    reasons = []
    if rule.expires is not None and rule.expires < today:
        reasons.append(Step("rule.expires", _say("expires", day=rule.expires.isoformat())))
    if rule.status == "canary" and not in_canary(rule.id, rule.canary, post.id):
        reasons.append(Step("rule.canary", _say("canary", share=f"{rule.canary * 100:g}%"), limit=rule.canary))
    if rule.status == "shadow":
        reasons.append(Step("rule.status", _say("status")))
    if rule.id in signals.cut:
        reasons.append(Step("rule.breaker", _say("breaker", tag=primary(signals.language.tag))))
    return reasons


def _barrier(part: str, rule: Rule, post: Post, signals: Signals) -> Step:
    match part:
        case "kinds":
            says = _say(part, post=post.kind, rule=[kind for kind in KINDS if kind in rule.scope.kinds])
        case "languages":
            language = signals.language
            present = dict.fromkeys((language.tag, *language.candidates, *language.shares))
            says = _say(part, post=present, rule=rule.scope.languages)
        case _:
            says = _say(part, post=post.markets, rule=sorted(rule.scope.markets))
    return Step(f"scope.{part}", says)


def _failing(trace: RuleTrace, part: ConditionTrace, signals: Signals) -> Mapping[str, str]:
    """Why a condition is not true."""
    condition = trace.rule.detect[part.name]
    if part.taken:
        takers = (each for each in trace.conditions if is_filter(each.name))
        by = [each.name for each in takers if any(hit.span.overlaps(span) for hit in each.hits for span in part.taken)]
        return _say("taken", by=by, some=_slices(part.taken))
    if part.uncounted:
        return _not_counted(condition, part, signals)
    if part.value is None:
        return _absent(condition, part) or _unmeasured(condition, signals)
    if isinstance(condition, Among):
        return _say("among", value=part.value, some=sorted(condition.values))
    if part.limit is None:
        return _say("unlimited", value=_number(part.value), tag=signals.language.tag)
    sign, short = SIGNS[_comparator(condition)], _off("short", part)
    return _say("needs", value=_counted(condition, part.value), sign=sign, limit=_number(part.limit), short=short)


def _absent(condition: Condition, part: ConditionTrace) -> Mapping[str, str] | None:  # noqa: PLR0911 - one return a kind
    """What is not there, of conditions that are about no number."""
    match condition:
        case Words() | Regex() if part.truth is None:
            return _say("unspoken", some=_languages(condition))
        case Words():
            return _say("words")
        case Regex():
            return _say("patterns")
        case Idioms(ids, sense):
            return _say(sense, some=ids)
        case Contacts(kinds):
            return _say("contact", some=sorted(kinds))
        case Links(hosts):
            return _say("link", some=hosts) if hosts else _say("any_link")
        case Speech(aspect):
            return _say("sure" if aspect == "doubtful" else "single")
        case _:
            return None


def _unmeasured(condition: Condition, signals: Signals) -> Mapping[str, str]:
    """Why there is no number to compare."""
    match condition:
        case Score(category):
            return _say("unscored", category=category, tag=signals.language.tag)
        case Similar():
            return _say("unlike")
        case NearDuplicates() if "campaigns" in signals.unavailable:
            return _say("ungrouped")
        case Number(field) | Among(field):
            en, zh = _FIELDS[field]
            return _say("unknown", field={"en": en, "zh": zh})
        case _:
            return _say("uncounted")


def _ending(rule: Rule, part: ConditionTrace) -> Mapping[str, str]:
    """How a condition that holds would not."""
    condition = rule.detect[part.name]
    if part.hits:
        return _say("away", some=_slices(hit.span for hit in part.hits))
    match condition:
        case Among(_, values):
            return _say("not_among", value=part.value, some=sorted(values))
        case Speech("doubtful" | "mixed" as aspect):
            return _say(aspect)
        case _:
            sign = SIGNS[_OPPOSITE[_comparator(condition)]]
            value, limit = _counted(condition, part.value), _number(part.limit)
            return _say("must", value=value, sign=sign, limit=limit, over=_off("over", part))


def _not_counted(condition: Condition, part: ConditionTrace, signals: Signals) -> Mapping[str, str]:
    """Of what was seen and does not count, the first, and why."""
    hit, language = part.uncounted[0]
    some = _slices([hit.span])
    if language:
        return _say("elsewhere", some=some, there=_tag_at(hit, signals), of=language)
    accepted = condition.weakest if isinstance(condition, Words | Contacts | Links) else Evidence.squeezed
    return _say("weaker", some=some, seen=hit.evidence.name, accepted=accepted.name)


def _tag_at(hit: Hit, signals: Signals) -> str:
    """The language of the span in which a hit begins; that of the post where no letter of it is in one."""
    field, start, end, _ = hit.span
    spans = (one for one in signals.language.spans if one.field == field and one.start < end and start < one.end)
    return next((one.tag for one in spans), signals.language.tag)


def _languages(condition: Words | Regex) -> Iterable[str]:
    parts = condition.terms if isinstance(condition, Words) else condition.patterns
    return dict.fromkeys(part.language for part in parts)


def _comparator(condition: Condition) -> str:
    bound = getattr(condition, "bound", None)
    return bound.comparator if isinstance(bound, Bound) else "gte"  # near-duplicates have a least number of authors


def _counted(condition: Condition, value: object) -> Mapping[str, str]:
    """A number with what was counted."""
    n = _number(value)
    s = "" if n == "1" else "s"
    match condition:
        case Count((of, within_s)):
            return _say("posts" if of == POSTS else "matches", n=n, s=s, rule=of, within=stretch(within_s))
        case NearDuplicates(window):
            return _say("authors", n=n, s=s, within=stretch(window.within_s))
        case _:
            return {"en": n, "zh": n}


def _off(key: str, part: ConditionTrace) -> Mapping[str, str]:
    return _say(key, by=_number(part.short)) if part.short else {"en": "", "zh": ""}


def _slices(spans: Iterable[Span]) -> list[str]:
    found = list(dict.fromkeys(f"`{span.slice}`" for span in spans))
    return [*found[:_SHOWN], "…"] if len(found) > _SHOWN else found


def _number(value: object) -> str:
    return f"{round(value, 4):.15g}" if isinstance(value, int | float) else str(value)


def _say(key: str, **parts: object) -> dict[str, str]:
    """A sentence in both languages; a part is a text, several texts, or a text in both languages."""
    return {
        lang: template.format(**{name: _one(part, lang) for name, part in parts.items()})
        for lang, template in zip(("en", "zh"), _WORDS[key], strict=True)
    }


def _one(part: object, lang: str) -> str:
    match part:
        case {"en": en, "zh": zh}:
            return str({"en": en, "zh": zh}[lang])
        case str():
            return part
        case Iterable():
            return {"en": ", ", "zh": "、"}[lang].join(map(str, part))
        case _:
            return str(part)
