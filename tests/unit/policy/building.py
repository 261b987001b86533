"""Rule files from their parts, and signals without any detector: plain search for the words, scripts for languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import re2

from moderation.domain.decision import Decision, Versions
from moderation.domain.language import Language, LanguageSpan
from moderation.domain.post import Post
from moderation.domain.signal import Evidence, Found, Hit, Signals, Vocabulary
from moderation.domain.taxonomy import CATEGORIES, Category, Severity, Taxonomy
from moderation.domain.text import Span
from moderation.policy.engine import Engine
from moderation.policy.loader import Checked, check_rules
from moderation.policy.model import RuleSet

TODAY = date(2026, 11, 21)
NOW = "2026-11-21T08:00:00.000Z"
DESKS = {"zh": "zh", "ja": "zh", "*": "en", "und": "both"}
TAXONOMY = Taxonomy(
    categories={
        name: Category(
            name=name,
            title={"en": name, "zh": name},
            severity=Severity.medium,
            lane="life" if name == "violence" else "harm",
            read={"limit": "R1", "remove": "R2"},
            dsa="OTHER",
        )
        for name in CATEGORIES
    },
    due_in_s={Severity.informational: 5, Severity.low: 4, Severity.medium: 3, Severity.high: 2, Severity.critical: 1},
    handling_s=60,
)

RULE: Mapping[str, str] = {
    "id": "spam.one",
    "title": "{en: One, zh: 一}",
    "category": "spam",
    "status": "shadow",
    "owner": "spam-policy",
    "severity": "medium",
    "detect": "{invite: {words: [join us]}}",
    "condition": "invite",
    "action": "{do: hold}",
    "explain": "{en: Invites, zh: 邀请}",
}


def rule(**parts: str | None) -> str:
    """A rule file; a part given as None is left out."""
    said = {**RULE, **parts}
    if "category" in parts and "id" not in parts:
        said["id"] = f"{parts['category']}.one"
    return "".join(f"{key}: {text}\n" for key, text in said.items() if text is not None)


def check(**files: str) -> Checked:
    """Check files; ``a__b`` stands for ``a/b.yaml``, ``a_test`` for ``a.test.yaml``."""
    return check_rules({_name(name): text for name, text in files.items()}, TODAY)


def load(*rules: str, **files: str) -> RuleSet:
    """A rule set that must load."""
    checked = check(**{f"rule{n}": text for n, text in enumerate(rules)}, **files)
    assert checked.rule_set is not None, [str(problem) for problem in checked.problems]
    return checked.rule_set


def codes(checked: Checked) -> list[str]:
    """The codes of the problems, in their order."""
    return [problem.code for problem in checked.problems]


def _name(name: str) -> str:
    return name.replace("__", "/").removesuffix("_test") + (".test.yaml" if name.endswith("_test") else ".yaml")


def language_of(text: str, field: str = "text") -> Language:
    """Han is zh-Hans, ASCII letters are en; the share is that of the letters."""
    spans = [
        LanguageSpan(field, run.start(), run.end(), "en" if run[0].isascii() else "zh-Hans")
        for run in re.finditer(r"[a-zA-Z]+(?:[^\u4e00-\u9fff]*[a-zA-Z]+)*|[\u4e00-\u9fff]+", text)
    ]
    weights: dict[str, int] = {}
    for span in spans:
        weights[span.tag] = weights.get(span.tag, 0) + (span.end - span.start)
    if not weights:
        return Language()
    total = sum(weights.values())
    main = max(weights, key=lambda tag: weights[tag])
    return Language(main, shares={tag: weight / total for tag, weight in weights.items()}, spans=tuple(spans))


def find(vocabulary: Vocabulary, post: Post) -> Found:
    """Every place of every term and pattern, without regard to case."""
    terms: list[Hit] = []
    patterns: list[Hit] = []
    for field, text in post.fields():
        low = text.lower()
        for n, term in enumerate(vocabulary.terms):
            for place in re.finditer(re.escape(term.text.lower()), low):
                slice_ = text[place.start() : place.end()]
                seen = Evidence.exact if slice_ == term.text else Evidence.folded
                terms.append(Hit(n, Span(field, place.start(), place.end(), slice_), seen))
        for n, pattern in enumerate(vocabulary.patterns):
            for match in re2.compile(pattern.regex).finditer(text if pattern.view == "original" else low):
                slice_ = text[match.start() : match.end()]
                patterns.append(Hit(n, Span(field, match.start(), match.end(), slice_), Evidence.folded))
    return Found(terms, patterns)


def post_of(text: str, **fields: Any) -> Post:
    """A post that went through the door."""
    return Post.parse({"id": "n-1", "text": text, **fields})


def engine_of(rules: RuleSet) -> Engine:
    """The policy of a rule set."""
    return Engine(rules, TAXONOMY, DESKS, Versions("0", rules.digest, {}))


def signals_of(rules: RuleSet, post: Post, **said: Any) -> Signals:
    """What was found in a post; ``said`` replaces the language, scores, similarities, unavailable parts."""
    return Signals(**{"language": language_of(post.text), "found": find(rules.vocabulary, post), **said})


def decide(rules: RuleSet, post: Post | str, **said: Any) -> Decision:
    """Decide one post."""
    checked = post_of(post) if isinstance(post, str) else post
    return engine_of(rules)([checked], [signals_of(rules, checked, **said)], NOW)[0]


def matched(rules: RuleSet, post: Post | str, **said: Any) -> list[str]:
    """The ids of the rules that match."""
    return [match.rule for match in decide(rules, post, **said).matches]
