"""A rule, and what it says of a post, in words: English or Chinese."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from moderation.domain.decision import campaign_json, unmasked
from moderation.domain.language import Language
from moderation.domain.post import KINDS
from moderation.domain.signal import CONTACTS, POSTS, Campaign, Evidence, Hit
from moderation.language.verdict import Verdict
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

SIGNS = {"lt": "<", "lte": "≤", "gt": ">", "gte": "≥"}
_SHOWN_TERMS = 6
_TRUTHS = {True: "true", False: "false", None: "open"}

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Title", "category": "Category", "status": "Status", "severity": "Severity", "owner": "Owner",
        "expires": "Expires", "scope": "Looks at", "condition": "Matches when", "action": "Does",
        "markets": "By market", "explain": "Explanation", "innocent": "Known to be innocent", "tests": "Tests",
        "version": "Version", "any": "any language", "terms": "{n} terms ({by}): {some}",
        "stronger": "evidence {e} or stronger",
        "contact": "contact by {some}", "anyone": "contact of any kind",
        "link": "link to {some}", "anywhere": "any link",
        "copies": "the same text from {n} authors within {within} (likeness {gte:g} or more)",
        "campaign": "Campaign", "spread": "{members} posts, {authors} authors, first seen {first_seen}",
        "pattern": "pattern", "score": "probability of {name}", "similar": "likeness to {name}",
        "among": "{name} is one of {some}",
        "posts": "posts of the author within {within}",
        "matches": "posts of the author that {rule} matches, within {within}",
        "share": "share of {name}", "script": "share of letters in {name}",
        "doubtful_post": "the language is doubtful", "mixed_post": "several languages in one post",
        "breaker": "Cut off in a language", "fuse": "above {share} of the {what} of {within}, from {n} on",
        "by_posts": "posts", "by_authors": "authors",
        "benign": "idiom {some}, meant well", "harmful": "idiom {some}, meant ill",
        "matched": "MATCHES", "near": "nearly matches", "no": "does not match", "unknown": "cannot tell",
        "true": "true", "false": "false", "open": "unknown", "outside": "outside its {what}",
        "taken": "taken away by a filter", "uncounted": "not counted: a word of {tag}",
        "weaker": "not counted: weaker than the rule accepts", "decides": "alone decides",
        "language": "Language", "doubtful": "doubtful, perhaps {some}", "shares": "shares",
        "sure": "confidence {n:.2f}", "kinds": "kinds of post", "languages": "languages", "market": "markets",
        "comma": ", ",
    },
    "zh": {
        "title": "标题", "category": "类别", "status": "状态", "severity": "严重程度", "owner": "负责人",
        "expires": "有效期至", "scope": "适用范围", "condition": "命中条件", "action": "处置",
        "markets": "各市场处置", "explain": "说明", "innocent": "已知的正常情形", "tests": "测试",
        "version": "版本", "any": "任何语言", "terms": "{n} 个词（{by}）：{some}", "stronger": "证据强度不低于 {e}",
        "contact": "联系方式：{some}", "anyone": "任何联系方式", "link": "指向 {some} 的链接", "anywhere": "任何链接",
        "copies": "{within} 内有 {n} 个作者发布同一文案（相似度不低于 {gte:g}）",
        "campaign": "批量文案", "spread": "{members} 条内容，{authors} 个作者，首次出现于 {first_seen}",
        "pattern": "正则", "score": "{name} 的概率", "similar": "与 {name} 的相似度", "among": "{name} 属于 {some}",
        "posts": "作者在 {within} 内的发帖数", "matches": "作者在 {within} 内被 {rule} 命中的条数",
        "share": "{name} 的占比", "script": "{name} 字母的占比",
        "doubtful_post": "语言存疑", "mixed_post": "一帖多语",
        "breaker": "按语言熔断", "fuse": "{within} 内超过{what}的 {share}，且不少于 {n}",
        "by_posts": "帖子数", "by_authors": "作者数",
        "benign": "梗 {some}（无恶意）", "harmful": "梗 {some}（恶意）",
        "matched": "命中", "near": "接近命中", "no": "未命中", "unknown": "无法判断",
        "true": "真", "false": "假", "open": "未知", "outside": "不在规则的{what}之内",
        "taken": "被过滤条件去掉", "uncounted": "不计：属于 {tag}", "weaker": "不计：证据弱于规则的要求",
        "decides": "单独决定结果",
        "language": "语言", "doubtful": "存疑，可能是 {some}", "shares": "占比", "sure": "置信度 {n:.2f}",
        "kinds": "帖子类型", "languages": "语言", "market": "市场", "comma": "、",
    },
}  # fmt: skip


# The layers of the detector by the names that it gives them, which are English.
_LAYERS = {
    "script": "文字", "characters": "用字", "profiles": "统计模型", "lingua": "lingua 复核", "words": "词表",
    "pinyin": "拼音音节", "shorthand": "网络缩写", "beside": "夹用",
}  # fmt: skip


def describe_rule(rule: Rule, lang: str) -> list[tuple[str, str]]:
    """A rule as (label, text) lines, in the order in which a person reads it."""
    say = _WORDS[lang]
    status = f"canary {rule.canary * 100:g}%" if rule.status == "canary" else rule.status
    lines = [
        (say["title"], rule.title[lang]),
        (say["category"], rule.category),
        (say["severity"], rule.severity.name),
        (say["status"], status),
        (say["owner"], rule.owner),
        (say["expires"], rule.expires.isoformat() if rule.expires else "-"),
        (say["scope"], _scope(rule, say)),
        (say["condition"], rule.text),
        *((f"  {name}", describe_condition(condition, lang)) for name, condition in rule.detect.items()),
        (say["action"], f"{rule.action.name} → {rule.desk}"),
    ]
    if rule.markets:
        by_market = (f"{market}: {action.name}" for market, action in rule.markets.items())
        lines.append((say["markets"], say["comma"].join(by_market)))
        lines += [(f"  {market}", ground[lang]) for market, ground in rule.grounds.items()]
    if rule.breaker:
        share, least, within_s, authors = rule.breaker
        what = say["by_authors" if authors else "by_posts"]
        fuse = say["fuse"].format(share=f"{share * 100:g}%", what=what, within=stretch(within_s), n=least)
        lines.append((say["breaker"], fuse))
    lines.append((say["explain"], rule.explain[lang]))
    if rule.false_positives.get(lang):
        lines.append((say["innocent"], say["comma"].join(rule.false_positives[lang])))
    return [*lines, (say["tests"], str(len(rule.examples))), (say["version"], rule.version)]


def describe_condition(condition: Condition, lang: str) -> str:  # noqa: C901, PLR0911, PLR0912 - one return a kind of condition
    """One condition in words."""
    say = _WORDS[lang]
    match condition:
        case Words(terms, weakest):
            by = say["comma"].join(f"{tag} {n}" for tag, n in Counter(term.language for term in terms).items())
            some = say["comma"].join(term.text for term in terms[:_SHOWN_TERMS])
            some += " …" if len(terms) > _SHOWN_TERMS else ""
            return say["terms"].format(n=len(terms), by=by, some=some) + _accepted(weakest, say)
        case Regex(patterns):
            return "; ".join(f"{say['pattern']} ({pattern.language}) {pattern.regex}" for pattern in patterns)
        case Contacts(kinds, weakest):
            known = [kind for kind in CONTACTS if kind in kinds]
            text = say["anyone"] if len(known) == len(CONTACTS) else say["contact"].format(some=_join(known, say))
            return text + _accepted(weakest, say)
        case Links(hosts, weakest):
            text = say["link"].format(some=_join(hosts, say)) if hosts else say["anywhere"]
            return text + _accepted(weakest, say)
        case NearDuplicates(window, authors):
            return say["copies"].format(n=authors, within=stretch(window.within_s), gte=window.gte)
        case Idioms(ids, sense):
            return say[sense].format(some=say["comma"].join(ids))
        case Score(category, bound):
            return f"{say['score'].format(name=category)} {_bound(bound, say)}"
        case Similar(exemplars, bound):
            return f"{say['similar'].format(name=exemplars)} {_bound(bound, say)}"
        case Number(field, bound):
            return f"{field} {_bound(bound, say)}"
        case Among(field, values):
            return say["among"].format(name=field, some=say["comma"].join(sorted(values)))
        case Count((of, within_s), bound):
            counted = say["posts" if of == POSTS else "matches"].format(rule=of, within=stretch(within_s))
            return f"{counted} {_bound(bound, say)}"
        case Speech(aspect, name, Bound() as bound):
            return f"{say[aspect].format(name=name)} {_bound(bound, say)}"
        case Speech(aspect):
            return say[f"{aspect}_post"]


def describe_language(language: Language, lang: str, verdicts: Mapping[str, Verdict]) -> str:
    """What was seen of a post's language; ``verdicts``: on each script, to name the layer that decided."""
    say = _WORDS[lang]
    shares = say["comma"].join(f"{tag} {share:.2f}" for tag, share in language.shares.items())
    sure = say["sure"].format(n=language.confidence)
    if by := next((verdict.by for verdict in verdicts.values() if verdict.tag == language.tag), ""):
        sure += f" ({name_layer(by, lang)})"
    text = f"{say['language']}: {language.tag}; {sure}; {say['shares']}: {shares or '-'}"
    if language.doubtful:
        text += "; " + say["doubtful"].format(some=say["comma"].join(language.candidates))
    return text


def name_layer(by: str, lang: str) -> str:
    """The name of the layer of the detector that gave a verdict."""
    return _LAYERS.get(by, by) if lang == "zh" else by


def describe_campaign(campaign: Campaign, lang: str) -> str:
    """The near-duplicates of a post: its campaign's id, how many posts and authors, since when."""
    say = _WORDS[lang]
    return f"{say['campaign']} {campaign.id}: {say['spread'].format(**campaign_json(campaign))}"


def describe_trace(trace: RuleTrace, lang: str) -> Iterator[str]:
    """What a rule says of a post: a line for the rule, one for each condition."""
    say = _WORDS[lang]
    if trace.outside:
        verdict = say["outside"].format(what=say["market" if trace.outside == "markets" else trace.outside])
    elif trace.matched:
        verdict = say["matched"]
    else:
        verdict = say["near"] if trace.near else say["unknown"] if trace.truth is None else say["no"]
    yield f"{trace.rule.id} [{trace.rule.status}]: {verdict}"
    yield f"  {trace.rule.text}"
    for part in trace.conditions:
        yield f"    {part.name}: {say[_TRUTHS[part.truth]]}{_details(part, say)}"


def _details(part: ConditionTrace, say: Mapping[str, str]) -> str:
    details = []
    for hit in dict.fromkeys(part.hits):
        reached = [f"{contact.kind} {contact.value}".rstrip() for contact in part.contacts if contact.hit == hit]
        details.append(_place(hit, *reached, *([say["taken"]] if hit.span in part.taken else ())))
    for hit, language in part.uncounted:
        details.append(_place(hit, say["uncounted"].format(tag=language) if language else say["weaker"]))
    if part.value is not None:
        details.append(f"{part.value:.4g}" if isinstance(part.value, float) else str(part.value))
    if part.limit is not None:
        details.append(f"/ {part.limit:g}")
    if part.pivot:
        details.append(f"← {say['decides']}")
    return f"  {' '.join(details)}" if details else ""


def _place(hit: Hit, *more: str) -> str:
    field, start, end, text = hit.span
    return f"{unmasked(text, hit.chain)} ({', '.join((f'{field} {start}–{end}', hit.evidence.name, *more))})"


def _accepted(weakest: Evidence, say: Mapping[str, str]) -> str:
    return "" if weakest is Evidence.squeezed else f"; {say['stronger'].format(e=weakest.name)}"


def stretch(seconds: float) -> str:
    """A stretch of time as an author writes it: days only where there are several.

    >>> stretch(600), stretch(86400), stretch(604800)
    ('10m', '24h', '7d')
    """
    minutes = round(seconds / 60)
    if minutes % 60:
        return f"{minutes}m"
    return f"{minutes // 60}h" if minutes % (24 * 60) or minutes == 24 * 60 else f"{minutes // (24 * 60)}d"


def _scope(rule: Rule, say: Mapping[str, str]) -> str:
    kinds = [kind for kind in KINDS if kind in rule.scope.kinds]
    languages = say["any"] if "*" in rule.scope.languages else _join(rule.scope.languages, say)
    return f"{_join(kinds, say)}; {languages} ({rule.scope.mixed}); {_join(sorted(rule.scope.markets), say)}"


def _bound(bound: Bound, say: Mapping[str, str]) -> str:
    said = {**{tag: f"{limit:g}" for tag, limit in bound.limits.items()}, **bound.points}
    limits = (limit if tag == "*" else f"{limit} ({tag})" for tag, limit in said.items())
    return f"{SIGNS[bound.comparator]} {_join(limits, say)}"


def _join(parts: Iterable[str], say: Mapping[str, str]) -> str:
    return say["comma"].join(parts)
