"""Hand-made views, as a desk would give them: every pane has something to say, nothing depends on a clock."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from moderation.console.keys import keymap
from moderation.console.shown import Held, Shown
from moderation.domain.review import Lease, Member, Recorded, ReviewItem
from moderation.pool.review.view import (
    AuthorCard,
    CampaignView,
    Factors,
    Gloss,
    OverflowSum,
    Policy,
    Precedent,
    Reading,
    Reason,
    Standing,
    Translation,
    View,
)

NOW = 1_795_300_000.0
TEXT = "招聘兼职 日结300 不用押金 名额有限\n加V wx_88xx 备注「兼职」 抢了就滚去死"


def a_post(text: str = TEXT, **fields: Any) -> dict[str, Any]:
    author = {"id": "A-3f9c2e51", "region": "TH"}
    given = {"id": "8f21c", "title": "", "text": text, "revision": 1, "author": author}
    return {**given, "media": [], "extra": {}, **fields}


def a_decision(language: str = "zh-Hans", *rules: str) -> dict[str, Any]:
    matches = [{"rule": rule, "category": "scam", "status": "enforce"} for rule in rules or ("scam.fake_job",)]
    return {"language": {"tag": language, "confidence": 0.98}, "matches": matches, "scores": {"scam": 0.81}}


def an_item(text: str = TEXT, **fields: Any) -> ReviewItem:
    given: dict[str, Any] = {
        "id": 12, "post_id": "8f21c", "revision": 1, "desk": "zh", "lane": "harm", "priority": 302.4,
        "due_at": NOW + 2300, "created_at": NOW - 7860, "state": "open",
        "lease": Lease("L-9", "rev17", 3, NOW + 252), "post": a_post(text), "decision": a_decision(),
        "category": "scam", "language": "zh-Hans", "needs": 1, "views": 35.0, "campaign": "C-1182",
    }  # fmt: skip
    return ReviewItem(**{**given, **fields})


def a_policy(category: str, en: str, zh: str) -> Policy:
    return Policy(category, "2026-11-01", {"en": en, "zh": zh}, {"en": f"{en}.", "zh": f"{zh}。"})


POLICIES = (
    a_policy("scam", "Fraud and scams", "诈骗"),
    a_policy("ad_diversion", "Off-platform advertising", "站外引流"),
    a_policy("spam", "Spam", "垃圾信息"),
    a_policy("harassment", "Harassment", "骚扰"),
)


def a_member(post_id: str, text: str) -> Member:
    return Member(post_id, 1, 13, "open", None, a_post(text, id=post_id), a_decision())


def a_view(text: str = TEXT, **fields: Any) -> View:
    start, contact, threat = text.find("日结300"), text.find("加V"), text.find("滚去死")
    given: dict[str, Any] = {
        "item": an_item(text),
        "reading": Reading({"allow": "R0", "limit": "R1", "remove": "R2", "ban": "R3"}, "R2", "gloss"),
        "policies": POLICIES,
        "gloss": (
            Gloss("text", start, start + 5, "日结300", "ri4 jie2", (),
                  {"en": "paid 300 a day: bait of quick pay", "zh": "每天结三百元：高薪诱饵"}, "scam.payout"),
            Gloss("text", contact, contact + 2, "加V", "jia1 V", ("加V", "加微", "加微信"),
                  {"en": "add on WeChat: moves the talk off the platform", "zh": "加微信：引流到站外"},
                  "contact.wechat"),
            Gloss("text", threat, threat + 3, "滚去死", "gun3 qu4 si3", (),
                  {"en": "go and die", "zh": "咒人去死"}, "abuse.die", severe=True),
        ),
        "notes": ({"idiom": "dan.order", "en": "daily pay without a deposit opens order-brushing scams",
                   "zh": "不用押金的日结兼职常是刷单骗局的开头"},),
        "reasons": (
            Reason("rule", "scam.fake_job", "scam", "high", "exact", None, (1, 2),
                   {"en": "Promises quick pay and gives a contact: 日结300", "zh": "许诺快钱并留联系方式：日结300"}),
            Reason("model", "scam", "scam", score=0.81, text={"en": "Fraud and scams", "zh": "诈骗"}),
            Reason("campaign", "C-1182", text={"en": "46 posts by 9 authors", "zh": "46 帖，9 位作者"}),
        ),
        "factors": Factors(302.4, 0.81, 3, 8, 35.0, 45.0, 40),
        "overflow": OverflowSum("zh", 11_400, 11_400, 43_092.0, 100.0, 0.02, 0, final=True),
        "precedents": (
            Precedent(0.92, "8f11a", "zh-Hans", "remove", "scam", 41, 40, {"zh": 29, "en-gloss": 12}),
            Precedent(0.88, "7c0aa", "vi", "remove", "scam", 3, 3, {"en-gloss": 3}),
            Precedent(0.85, "5d2c4", "th", "limit", "spam", 5, 3, {"en": 5}),
            Precedent(0.71, "6b9d0", "zh-Hans", "allow", None, 2, 2, {"zh": 2}, counter=True),
        ),
        "author": AuthorCard("A-3f9c2e51", 2, 3, 17, "TH", 4, {"remove": 2, "allow": 1},
                             ({"post_id": "8e001", "state": "removed", "category": "scam", "at": NOW - 90_000,
                               "text": "日结工作 名额不多"},)),
        "campaign": CampaignView(
            "C-1182", 3, 2, {"zh-Hans": 2, "vi": 1},
            (Member("8f21c", 1, 12, "open", "rev17", a_post(text), a_decision()),
             a_member("8f22a", "招聘兼职 日结300")),
            (a_member("8f23b", "公司招聘，有执照，面谈后签合同"),), 40,
        ),
        "history": (
            Recorded(7, 12, "review", "8f21c", 1, "limit", "spam", "gloss", "for now", "rev02", "en", "zh-Hans",
                     NOW - 4000, NOW - 4100, NOW - 3980, "standing", 2.0),
        ),
        "passed": ({"reviewer": "rev05", "reason": "language", "note": "", "at": NOW - 5000},),
        "thread": ({"post_id": "8f000", "title": "", "text": "有人找工作吗"},),
    }  # fmt: skip
    return View(**{**given, **fields})


def a_standing(**fields: Any) -> Standing:
    given: dict[str, Any] = {
        "desk": "en", "reviewer": "rev17", "shift": "S3",
        "shift_hours": {lang: f"16:00-24:00 UTC ({place} 08:00-16:00)"
                        for lang, place in (("en", "Los Angeles"), ("zh", "洛杉矶"))},
        "open": 214,
        "due_1h": 31, "oldest_s": 18_120.0, "decided": 63, "skipped": 2, "load": 41.0, "load_limit": 120.0,
        "break_in_s": 1020.0, "closes_in_s": 9000.0, "other_open": False, "other_opens_in_s": 11_400.0, "last": None,
        "undo_s": 0.0, "kept": 3,
    }  # fmt: skip
    return Standing(**{**given, **fields})


def a_held(**fields: Any) -> Held:
    view = a_view(**fields)
    return Held(view, view.item.lease or Lease("L", "rev17", 1, NOW), "key")


def a_screen(held: Held | None = None, **fields: Any) -> Shown:
    given = {"lang": "en", "now": NOW, "phase": "item", "standing": a_standing(), "keys": keymap({})}
    return Shown(held=a_held() if held is None else held, **{**given, **fields})


def translated(shown: Shown) -> Shown:
    assert shown.held
    translation = Translation("Part-timers, 300 a day, no deposit.", "zh", "en", "libretranslate")
    return replace(shown, held=replace(shown.held, translation=translation), folded=frozenset())


def a_blind_item() -> Held:
    """A blind item, as the desk shows it."""
    item = an_item(kind="blind", lane="blind", sealed={}, campaign=None)
    return a_held(
        item=item, factors=None, overflow=None, precedents=(), campaign=None, history=(), passed=(),
        reasons=a_view().reasons[:1],
    )  # fmt: skip
