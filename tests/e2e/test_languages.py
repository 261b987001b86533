"""A post's language through real queues: the route, the rules, the desk; doubt and mixtures included."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import redis

from tests.support.site import Site, until
from workers.messages import detected_of

pytestmark = pytest.mark.slow

RULE = """
id: {id}
title: {{en: Offer, zh: 推销}}
category: spam
status: enforce
owner: tests
severity: medium
scope: {{languages: [{languages}]}}
detect:
  offer: {{words: {{{words}}}}}
condition: offer
action: {{do: {action}, desk: auto}}
explain: {{en: 'Offers {{match.offer}}', zh: '推销{{match.offer}}'}}
"""
TESTS = "- {{match: {match}, lang: {lang}}}\n- {{ok: nothing here, lang: {lang}}}\n"

# id → text, the queue it waits in, the rules that match, the action, the desk
POSTS: Mapping[str, tuple[str, str, set[str], str, str | None]] = {
    "hans": ("姐妹们，今天有特卖，快来看看我的主页", "judge.zh", {"spam.chinese"}, "hold", "zh"),
    "hant": ("姊妹們，今天有特賣，快來看看我的主頁", "judge.zh", {"spam.chinese"}, "hold", "zh"),
    "yue": ("我哋今日有特賣呀，你哋嚟睇下啦，唔好錯過", "judge.zh", {"spam.chinese"}, "hold", "zh"),
    "pinyin": ("wo men jin tian you temai, ni men kuai lai kan kan", "judge.zh", {"spam.chinese"}, "hold", "zh"),
    "en": (
        "Everybody, there is a clearance today at my house, come and look",
        "judge.en",
        {"spam.english"},
        "hold",
        "en",
    ),
    "es": (
        "Chicas, hoy tenemos una liquidación en mi casa, venid a verla todas",
        "judge.world",
        {"spam.spanish"},
        "hold",
        "en",
    ),
    "ja": ("今日はセールをやっていますので、ぜひ見に来てください", "judge.world", {"spam.japanese"}, "hold", "zh"),
    "hi-Latn": (
        "bhai log aaj mere ghar par chhoot hai, aap sab zaroor aana",
        "judge.world",
        {"spam.hindi"},
        "hold",
        "en",
    ),
    # a rule for Chinese looks at the tenth of a post that is Chinese; the desk is that of most of it
    "mixed": (
        "今天我们家门口的超市有一个很大的特卖活动大家都来 so come along",
        "judge.zh",
        {"spam.chinese"},
        "hold",
        "zh",
    ),
    "halves": (
        "今天我们家有特卖，大家快来 please come along with all your friends today",
        "judge.zh",
        {"spam.chinese"},
        "hold",
        "both",
    ),
    # the words of a language that the post is not in do not count
    "foreign": (
        "Everybody here says liquidación when the shop across the street closes down",
        "judge.en",
        set(),
        "approve",
        None,
    ),
    "none": ("666 🎉", "judge.world", set(), "approve", None),
    # in doubt: the rules of every candidate, held at most (the rule removes), both desks, the queue of the rest
    "doubt": ("ok la", "judge.world", {"spam.doubt"}, "hold", "both"),
}


def write_rules(site: Site) -> None:
    folder = site.rules / "common"
    words = {
        "chinese": ("zh", "zh: [特卖, temai]", "hold", "特卖"),
        "english": ("en", "en: [clearance]", "hold", "clearance"),
        "spanish": ("es", "es: [liquidación]", "hold", "liquidación"),
        "japanese": ("ja", "ja: [セール]", "hold", "セール"),
        "hindi": ("hi", "hi: [chhoot]", "hold", "chhoot"),
        "doubt": ("ca", "ca: [ok la]", "remove", "ok la"),
    }
    for name, (tag, said, action, example) in words.items():
        rule = RULE.format(id=f"spam.{name}", languages=tag, words=said, action=action)
        (folder / f"{name}.yaml").write_text(rule, encoding="utf-8")
        (folder / f"{name}.test.yaml").write_text(TESTS.format(match=example, lang=tag), encoding="utf-8")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path, MODERATION_LANGUAGE__DOUBTFUL="lingua")
    write_rules(site)
    yield site
    site.close()


def waiting(url: str) -> dict[str, str]:
    """Post → the queue in which its message is ready."""
    found: dict[str, str] = {}
    with redis.Redis.from_url(url) as client:
        for queue in ("judge.zh", "judge.en", "judge.world"):
            for message in client.lrange(queue, 0, -1):
                (_, items), _, _ = json.loads(base64.b64decode(json.loads(message)["body"]))
                found.update({post.id: queue for post, _ in detected_of(items)})
    return found


def test_the_language_of_a_post_says_where_it_goes_and_which_rules_look_at_it(site: Site) -> None:
    detecting = site.worker("--queues", "intake").ready()
    site.submit([{"id": name, "text": text} for name, (text, *_) in POSTS.items()])
    until(lambda: len(waiting(site.url())) == len(POSTS))
    assert waiting(site.url()) == {name: queue for name, (_, queue, *_) in POSTS.items()}
    draining = site.worker("--drain")
    assert draining.ended() == 0
    detecting.stop()

    decided: dict[str, dict[str, Any]] = site.decided()
    for name, (_, _, rules, action, desk) in POSTS.items():
        decision = decided[name]
        assert {match["rule"] for match in decision["matches"]} == rules, name
        assert decision["action"] == action, name
        assert (decision["review"] or {}).get("desk") == desk, name
    assert decided["doubt"]["language"]["doubtful"]
    assert all("lingua" in decision["versions"]["models"]["language"] for decision in decided.values())
