"""How the gates of a promotion are said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import click

from moderation.cli.display import visible

if TYPE_CHECKING:
    from moderation.authoring.gates import Gate

_NAMES: Mapping[str, tuple[str, str]] = {
    "check": ("check", "检查"),
    "tests": ("tests", "测试"),
    "parity": ("parity", "语言对等"),
    "precision": ("precision", "精确率"),
    "disparity": ("disparity", "语言差异"),
}
_PRECISION = (
    (
        "{right} of {n} verdicts right ({share}), 95% interval {low:.2f} to {high:.2f}; the lower end must be "
        "{needs:.2f} or more, on {least} verdicts or more; it matches {matched:,} of {posts:,} posts"
    ),
    (
        "{n} 条有结论的命中中 {right} 条正确（{share}），95% 区间 {low:.2f} 至 {high:.2f}；下限须不低于 {needs:.2f}，"
        "且结论不少于 {least} 条；共命中 {posts:,} 条中的 {matched:,} 条"
    ),
)
_DISPARITY = (
    (
        "{false} of {n:,} benign posts matched ({share}, {high:.2%} at most); the worst language is {worst}, at least "
        "{ratio:.2f} times the rate of all ({most:g} is allowed); judged: {judged}; not judged, under {least} "
        "verdicts: {not_judged}"
    ),
    (
        "{n:,} 条正常内容中误命中 {false} 条（{share}，至多 {high:.2%}）；最差的语言是 {worst}，至少为总体的 "
        "{ratio:.2f} 倍（允许 {most:g} 倍）；已评估：{judged}；未评估（结论不足 {least} 条）：{not_judged}"
    ),
)
_SAYS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("check", "clean"): ("no problem that was not there before", "没有新的问题"),
    ("check", "problems"): ("{n} problem(s)", "{n} 个问题"),
    ("tests", "passed"): (
        "{n} pass, with a match and an ok in {languages}",
        "{n} 条通过，{languages} 均有 match 与 ok",
    ),
    ("tests", "failed"): ("{failed} of {n} fail: {places}", "{n} 条中 {failed} 条失败：{places}"),
    ("tests", "missing"): ("{n} pass, without {missing}", "{n} 条通过，缺少 {missing}"),
    ("parity", "agree"): ("{n} pair(s) agree", "{n} 对一致"),
    ("parity", "none"): ("no pairs to compare", "没有可比较的配对"),
    ("parity", "broken"): ("{broken} of {n} pair(s) broken: {pairs}", "{n} 对中 {broken} 对不一致：{pairs}"),
    ("precision", "enough"): _PRECISION,
    ("precision", "low"): _PRECISION,
    ("precision", "few"): _PRECISION,
    ("disparity", "even"): _DISPARITY,
    ("disparity", "uneven"): _DISPARITY,
    ("disparity", "many"): _DISPARITY,
    ("disparity", "unjudged"): (
        "no language has {least} benign verdicts: {not_judged}",
        "没有一种语言有 {least} 条正常结论：{not_judged}",
    ),
}
_DO: Mapping[tuple[str, str], tuple[str, str]] = {
    ("check", "problems"): (
        "mend the rule; its status as it is now may hide the problem from `moderation rules check`",
        "请修改规则；规则处于当前状态时，`moderation rules check` 可能不报告此问题",
    ),
    ("tests", "failed"): ("`moderation rules test {rule}` says why", "用 `moderation rules test {rule}` 查看原因"),
    ("tests", "missing"): ("write these tests beside the rule", "在规则旁补上这些测试"),
    ("parity", "broken"): (
        "`moderation rules parity {rule}` shows the texts",
        "用 `moderation rules parity {rule}` 查看文本",
    ),
    ("precision", "few"): (
        "have more of its matches reviewed, or give more posts",
        "请审核更多命中内容，或提供更多帖子",
    ),
    ("precision", "low"): (
        "look at its wrong hits with `moderation rules backtest`, and narrow it",
        "用 `moderation rules backtest` 查看误命中，收窄规则",
    ),
    ("disparity", "uneven"): (
        "narrow it in {worst}, or leave that language out",
        "在 {worst} 中收窄规则，或移出该语言",
    ),
    ("disparity", "many"): (
        "{most_false:.0%} at most is allowed: narrow it, or give more benign posts",
        "至多允许 {most_false:.0%}：收窄规则，或提供更多正常内容",
    ),
    ("disparity", "unjudged"): (
        "give verdicts on benign posts, in the posts or with --labels",
        "请在帖子中或用 --labels 提供正常内容的结论",
    ),
}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {"pass": "PASS", "fail": "FAIL", "do": "to do", "comma": ", ", "none": "none"},
    "zh": {"pass": "通过", "fail": "未过", "do": "处理", "comma": "、", "none": "无"},
}


def say_gate(gate: Gate, rule: str, lang: str) -> Iterator[str]:
    """A gate as lines for a terminal, in colour: what came of it with its numbers, and what to do where it fails."""
    say, chosen = _WORDS[lang], ("en", "zh").index(lang)
    parts = {key: _said(value, say) for key, value in gate.numbers.items()}
    if isinstance(share := gate.numbers.get("share"), float):
        parts["share"] = f"{share:.2%}"
    mark = click.style(say["pass"], fg="green") if gate.passed else click.style(say["fail"], fg="red")
    told = _SAYS[gate.name, gate.why][chosen].format(**parts)
    yield f"{mark} {click.style(_NAMES[gate.name][chosen], bold=True)}: {visible(told)}"
    problems = gate.numbers.get("problems")
    for problem in problems if isinstance(problems, list) else ():
        yield f"    {visible(problem)}"
    if not gate.passed:
        yield f"    {say['do']}: {visible(_DO[gate.name, gate.why][chosen].format(rule=rule, **parts))}"


def _said(value: object, say: Mapping[str, str]) -> object:
    """A number as it is, to be formatted; a list, or a map of (benign, matched) by language, as text."""
    match value:
        case dict():
            return say["comma"].join(f"{tag} {matched}/{n}" for tag, (n, matched) in value.items()) or say["none"]
        case list():
            return say["comma"].join(map(str, value)) or say["none"]
        case None:
            return "-"
        case _:
            return value
