"""A folder of 500 rules: those that are shipped, and others of the same shape with words of their own."""

from __future__ import annotations

import random
from pathlib import Path

from moderation.policy.loader import read_folder

_SYLLABLES = (
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "je",
    "ki",
    "lo",
    "mu",
    "na",
    "pe",
    "ri",
    "so",
    "tu",
    "va",
    "we",
    "xi",
)
_HAN = "冰船灯峰瓜湖剑橘琴鹿麦鸟盆旗泉伞塔碗熊烟"

_RULE = """\
id: spam.made_{n}
title: {{en: Made {n}, zh: 生成 {n}}}
category: spam
status: enforce
owner: benchmark
expires: 2027-11-30
severity: medium
scope: {{languages: [zh, en]}}
detect:
  contact: {{contact: [wechat, telegram, whatsapp, phone]}}
  invite: {{words: {{zh: [{zh}], en: [{en}]}}, evidence: homophone}}
  price: {{regex: {{zh: '(?:{zh0}|{zh1})\\s*[0-9]+', en: '[$][0-9]+ ?/ ?{en0}'}}}}
  ad_score: {{score: ad_diversion, gte: {{zh: 0.7, en: 0.75}}}}
  new_author: {{author.age_days: {{lt: 30}}}}
  filter_idiom: {{idiom: [cat_tax]}}
condition: invite and (contact or price or ad_score or new_author) and not 1 of filter_*
action: {{do: hold}}
explain:
  en: 'Asks readers to move to a private channel: {{match.invite}}'
  zh: '引导用户到站外联系：{{match.invite}}'
false_positives: {{en: [none], zh: [无]}}
"""
_TESTS = """\
- {{match: "{en0} 13800138000 {en0} and there is more to see here", lang: en, pair: p1}}
- {{match: "{zh0}，有需要的联系 13800138000 就好", lang: zh, pair: p1}}
- {{ok: "a walk in the park with the dog", lang: en, pair: n1}}
- {{ok: "今天带狗去公园散步", lang: zh, pair: n1}}
"""


def many_rules(shipped: Path, count: int) -> dict[str, str]:
    """``count`` rules with their lists, idioms and tests, by file name."""
    files = read_folder(shipped)
    apart = ("lists/", "culture/", "markets")
    have = sum(not name.startswith(apart) and not name.endswith(".test.yaml") for name in files)
    draw = random.Random(5)  # noqa: S311 - the same words in every run
    for n in range(count - have):
        words = {f"zh{k}": "".join(draw.choices(_HAN, k=4)) for k in range(6)}
        words |= {f"en{k}": "".join(draw.choices(_SYLLABLES, k=4)) for k in range(6)}
        zh, en = (", ".join(words[f"{tag}{k}"] for k in range(6)) for tag in ("zh", "en"))
        files[f"made/rule-{n}.yaml"] = _RULE.format(n=n, zh=zh, en=en, **words)
        files[f"made/rule-{n}.test.yaml"] = _TESTS.format(**words)
    return files
