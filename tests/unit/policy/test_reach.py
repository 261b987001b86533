"""Contacts, links and near-duplicates: when they are true, what they wake, and how a finding explains itself."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.authoring.describe import describe_campaign, describe_rule, describe_trace
from moderation.domain.decision import Decision, unmasked
from moderation.domain.language import Language
from moderation.domain.signal import CONTACTS, Campaign, Contact, Evidence, Found, Gate, Hit, Window
from moderation.domain.text import Span
from moderation.policy.model import RuleSet
from moderation.policy.reach import HOST, host_of
from tests.unit.policy.building import decide, engine_of, load, matched, post_of, rule, signals_of

DAY = Window(86400.0)
TEXT = "姐妹们加V wx123，看 bit.ly/abc"
ADD = Hit(-1, Span("text", 3, 11, "加V wx123"), Evidence.homophone, ("加V", "加微", "加微信"))
LINK = Contact("link", "bit.ly/abc", Hit(-1, Span("text", 14, 24, "bit.ly/abc"), Evidence.exact))


def _contact(kind: str = "wechat", value: str = "wx123", hit: Hit = ADD) -> Contact:
    return Contact(kind, value, hit)


def _link(value: str, seen: Evidence = Evidence.exact) -> Contact:
    return Contact("link", value, Hit(-1, Span("text", 0, len(value), value), seen))


def _campaign(authors: int, window: Window = DAY) -> Campaign:
    return Campaign("c-1", 7, 5, 1795248000.0, {window: authors})


def _holds(condition: str, found: Found | None = None, post: Any = TEXT, **said: Any) -> bool:
    return bool(matched(load(rule(detect=f"{{invite: {{{condition}}}}}")), post, found=found or Found(), **said))


# --- contact ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "contacts", "holds"),
    [
        ("contact: [wechat]", [_contact()], True),
        ("contact: [wechat]", [], False),
        ("contact: [phone, qq]", [_contact()], False),
        ("contact: [phone, wechat]", [_contact("qq"), _contact()], True),
        ("contact: any", [_contact("payment", "")], True),
        ("contact: any", [], False),
    ],
)
def test_a_contact_of_a_listed_kind_is_true(condition: str, contacts: list[Contact], holds: bool) -> None:
    accepting = f"{condition}, evidence: initials"
    assert _holds(accepting, Found(contacts=contacts)) is holds


@pytest.mark.parametrize("kind", CONTACTS)
def test_any_is_every_kind_of_contact(kind: str) -> None:
    assert _holds("contact: any, evidence: homophone", Found(contacts=[_contact(kind)]))


@pytest.mark.parametrize("kind", ["words: [a]", "contact: any", "links: any"])
@pytest.mark.parametrize("accepted", Evidence)
@pytest.mark.parametrize("seen", Evidence)
def test_every_kind_of_evidence_may_be_asked_for(kind: str, accepted: Evidence, seen: Evidence) -> None:
    hit = Hit(-1 if "any" in kind else 0, Span("text", 0, 1, "a"), seen)
    found = Found(terms=[hit], contacts=[_contact(hit=hit)], links=[Contact("link", "a.b", hit)])
    assert _holds(f"{kind}, evidence: {accepted.name}", found) is (seen.strength >= accepted.strength)


def test_what_is_seen_weaker_than_squeezed_counts_only_where_a_rule_asks_for_it() -> None:
    found = Found(contacts=[_contact()])
    assert not _holds("contact: [wechat]", found)
    assert _holds("contact: [wechat], evidence: homophone", found)


@pytest.mark.parametrize("tag", ["zh-Hans", "th", "und"])
@pytest.mark.parametrize("mixed", ["per_span", "whole"])
def test_a_contact_counts_in_any_language_and_is_never_unknown(tag: str, mixed: str) -> None:
    detect = "{contact: {contact: any, evidence: homophone}}"
    scope = f"{{mixed: {mixed}}}"
    seen = load(rule(detect=detect, condition="contact", scope=scope))
    unseen = load(rule(detect=detect, condition="not contact", scope=scope))
    assert matched(seen, TEXT, found=Found(contacts=[_contact()]), language=Language(tag))
    assert matched(unseen, TEXT, found=Found(), language=Language(tag), unavailable=("classifier", "campaigns"))


# --- links ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hosts", "link", "holds"),
    [
        ("any", "example.com", True),
        ("[bit.ly]", "bit.ly/abc", True),
        ("[bit.ly]", "https://www.BIT.ly:443/abc?x#y", True),
        ("[www.bit.ly]", "bit.ly", True),
        ("[Bit.LY]", "bit.ly", True),
        ("[bit.ly]", "bit.ly.example.com", False),
        ("[bit.ly]", "rabbit.ly", False),
        ("[bit.ly]", "m.bit.ly", False),  # `*.bit.ly` says so
        ("[bit.ly]", "example.com/bit.ly", False),
        ("[bit.ly]", "example.com/?to=https://bit.ly", False),
        ("[bit.ly]", "bit.ly@example.com", False),  # the host is what stands behind the @
        ("[example.com]", "bit.ly@example.com", True),
        ("['*.bit.ly']", "m.bit.ly", True),
        ("['*.bit.ly']", "a.b.bit.ly", True),
        ("['*.bit.ly']", "bit.ly", False),
        ("['*.bit.ly']", "rabbit.ly", False),
        ("['*.top']", "winnings.top/x", True),
        ("['*.top']", "top.example.com", False),
        ("[a.com, '*.top', t.me]", "t.me/someone", True),
        ("[例子.中国]", "例子.中国/x", True),
    ],
)
def test_a_link_is_true_by_its_host(hosts: str, link: str, holds: bool) -> None:
    assert _holds(f"links: {hosts}", Found(links=[_link(link)])) is holds


def test_without_a_link_no_link_is_true() -> None:
    assert not _holds("links: any", Found(contacts=[_contact()]))
    assert not _holds("contact: any, evidence: initials", Found(links=[LINK]))


@given(st.text(st.sampled_from("ab.@:/?#*- \n例wW")))
def test_a_host_is_read_out_of_anything(link: str) -> None:
    host = host_of(link)
    assert not set(host) & set("/?#:")
    if HOST.fullmatch(link) and not link.lower().startswith("www."):
        assert host == link.lower()


# --- near-duplicates --------------------------------------------------------------------------------------------------


COPIES = "near_duplicates: {within: 24h, distinct_authors: 3}"


@pytest.mark.parametrize(
    ("condition", "campaign", "holds"),
    [
        (COPIES, _campaign(3), True),
        (COPIES, _campaign(2), False),
        (COPIES, None, False),
        ("near_duplicates: {within: 1d, distinct_authors: 3, gte: 0.8}", _campaign(3), True),  # the same window
        ("near_duplicates: {within: 24h, distinct_authors: 3, gte: 0.9}", _campaign(3, Window(86400.0, 0.9)), True),
        ("near_duplicates: {within: 10m, distinct_authors: 3}", Campaign("c", 9, 9, 0, {DAY: 9}), False),  # not counted
    ],
)
def test_near_duplicates_count_the_authors_of_their_window(
    condition: str, campaign: Campaign | None, holds: bool
) -> None:
    assert _holds(condition, campaign=campaign) is holds


def test_near_duplicates_are_unknown_only_where_they_could_not_be_looked_for() -> None:
    rules = load(rule(detect=f"{{invite: {{{COPIES}}}}}", condition="not invite"))
    assert matched(rules, TEXT, found=Found())
    assert matched(rules, TEXT, found=Found(), unavailable=("exemplars",))
    assert not matched(rules, TEXT, found=Found(), unavailable=("campaigns",))
    assert decide(rules, TEXT, found=Found(), unavailable=("campaigns",)).action.name == "hold"


# --- together with filters, triggers and gates ----------------------------------------------------------------------


@pytest.mark.parametrize(("shop", "holds"), [("ourshop.com", False), ("othershop.com", True)])
def test_as_a_filter_a_link_takes_away_what_it_overlaps(shop: str, holds: bool) -> None:
    detect = "{invite: {links: any}, filter_ours: {links: [ourshop.com]}}"
    rules = load(rule(detect=detect, condition="invite and not 1 of filter_*"))
    assert bool(matched(rules, shop, found=Found(links=[_link(shop)]))) is holds


def _vocabulary(detect: str, condition: str) -> Any:
    files = {"lists__exemplars__x": "{language: '*', owner: a, source: b, terms: [come with me]}"}
    return load(rule(detect=detect, condition=condition), **files).vocabulary


ALL = (
    "{c: {contact: [qq, phone]}, l: {links: any}, n: {" + COPIES + "}, w: {words: [join]}, r: {regex: '[0-9]+'},"
    " s: {similar_to: {examples: '@lists/exemplars/x', gte: 0.8}}}"
)
PHONES = frozenset({"qq", "phone"})


@pytest.mark.parametrize(
    ("condition", "gate"),
    [
        ("s and c", Gate(frozenset(), frozenset(), PHONES)),
        ("s and (c or l)", Gate(frozenset(), frozenset(), PHONES, True)),
        ("s and (c or w)", Gate(frozenset({0}), frozenset(), PHONES)),
        ("s and w and c", Gate(frozenset({0}), frozenset())),
        ("s and n", None),  # campaigns are not among what the matcher finds
        ("s and (n or w)", None),
        ("s or c", None),
    ],
)
def test_similarities_wait_for_contacts_and_links(condition: str, gate: Gate | None) -> None:
    assert _vocabulary(ALL, condition).exemplar_gate == gate


@pytest.mark.parametrize(
    ("condition", "gated"),
    [("r and w and c", True), ("r and c", False), ("r and (c or w)", False), ("r and l", False), ("r and n", False)],
)
def test_a_pattern_whose_rule_waits_for_more_than_terms_is_always_looked_for(condition: str, gated: bool) -> None:
    (gate,) = _vocabulary(ALL, condition).gates
    assert (gate is not None) is gated


@pytest.mark.parametrize(
    ("gate", "found", "opens"),
    [
        (Gate(frozenset(), frozenset(), PHONES), Found(contacts=[_contact("qq")]), True),
        (Gate(frozenset(), frozenset(), PHONES), Found(contacts=[_contact("line")], links=[LINK]), False),
        (Gate(frozenset(), frozenset(), links=True), Found(links=[LINK]), True),
        (Gate(frozenset(), frozenset(), links=True), Found(contacts=[_contact()]), False),
    ],
)
def test_a_gate_of_contacts_and_links(gate: Gate, found: Found, opens: bool) -> None:
    assert gate.opens(found) is opens
    assert (Gate(frozenset({1}), frozenset()) | gate).opens(found) is opens


# each condition of its own rule: the index must look at the rule exactly where the condition is true
WAKES: dict[str, dict[str, Any]] = {
    "contact: [wechat], evidence: initials": {"found": Found(contacts=[_contact()])},
    "links: [bit.ly]": {"found": Found(links=[LINK])},
    COPIES: {"found": Found(), "campaign": _campaign(3)},
}


@pytest.mark.parametrize("condition", WAKES)
@pytest.mark.parametrize("signals", WAKES)
def test_no_rule_is_passed_over_and_none_takes_another_for_its_own(condition: str, signals: str) -> None:
    texts = [rule(id=f"spam.r{n}", detect=f"{{invite: {{{said}}}}}") for n, said in enumerate(WAKES)]
    wanted = [f"spam.r{list(WAKES).index(signals)}"]
    assert matched(load(*texts), TEXT, **WAKES[signals]) == wanted
    assert _holds(condition, **{"found": None, **WAKES[signals]}) is (condition == signals)


# --- what a decision says ---------------------------------------------------------------------------------------------


DIVERSION = rule(
    detect=(
        "{words: {words: {zh: [加微信]}, evidence: homophone}, contact: {contact: any, evidence: homophone},"
        " link: {links: any}}"
    ),
    condition="words and contact and link",
    explain="{en: 'Moves to {match.contact} ({match.link})', zh: '引流至{match.contact}'}",
)


def _decision(words: Hit, **said: Any) -> Decision:
    found = Found(terms=[words], contacts=[_contact()], links=[LINK])
    return decide(load(DIVERSION), TEXT, found=found, **said)


def test_each_span_says_how_it_was_seen_and_each_step_of_the_disguise() -> None:
    words = Hit(0, Span("text", 3, 5, "加V"), Evidence.homophone, ("加V", "加微信"))
    match = _decision(words).matches[0]
    said = match.to_json()
    assert said["spans"] == [
        ["text", 3, 5, "加V"],
        ["text", 3, 11, "加V wx123"],
        ["text", 14, 24, "bit.ly/abc"],
    ]
    assert said["seen"] == [
        ["homophone", ["加V", "加微信"]],
        ["homophone", ["加V", "加微", "加微信"]],
        ["exact", []],
    ]
    assert said["evidence"] == "exact"
    assert match.explain == {"en": "Moves to 加V wx123 (bit.ly/abc)", "zh": "引流至加V wx123"}


@pytest.mark.parametrize(
    ("seen", "chain", "expected"),
    [
        (Evidence.exact, (), ["exact", []]),  # stronger than the contact at the same place
        (Evidence.homophone, ("加V", "加微信"), ["homophone", ["加V", "加微信"]]),  # as strong: what comes first
    ],
)
def test_of_two_hits_at_one_place_the_stronger_counts(
    seen: Evidence, chain: tuple[str, ...], expected: list[Any]
) -> None:
    said = _decision(Hit(0, ADD.span, seen, chain)).matches[0].to_json()
    assert said["spans"] == [["text", 3, 11, "加V wx123"], ["text", 14, 24, "bit.ly/abc"]]
    assert said["seen"] == [expected, ["exact", []]]


def test_the_strongest_evidence_of_a_match_is_that_of_its_strongest_span() -> None:
    found = Found(contacts=[_contact(), _contact("qq", "1", Hit(-1, Span("text", 0, 1, "姐"), Evidence.leet))])
    rules = load(rule(detect="{invite: {contact: any, evidence: initials}}"))
    match = decide(rules, TEXT, found=found).matches[0]
    assert (match.evidence, [seen.evidence.name for seen in match.seen]) == (Evidence.leet, ["leet", "homophone"])


def test_a_decision_names_the_campaign_only_where_there_is_one() -> None:
    alone = _decision(ADD._replace(number=0)).to_json()
    assert "campaign" not in alone
    shared = _decision(ADD._replace(number=0), campaign=_campaign(3)).to_json()
    assert shared["campaign"] == {"id": "c-1", "members": 7, "authors": 5, "first_seen": "2026-11-21T08:00:00.000Z"}
    assert [key for key in shared if key != "campaign"] == list(alone)
    # a campaign is told whether a rule looks at it or not
    assert decide(load(rule()), "hello", campaign=_campaign(1)).campaign is not None


def test_a_campaign_from_before_the_first_year_is_of_the_first_year() -> None:
    early = _campaign(3)._replace(first_seen=-1e12)
    assert (
        decide(load(rule()), "hello", campaign=early).to_json()["campaign"]["first_seen"] == "0001-01-01T00:00:00.000Z"
    )


@pytest.mark.parametrize(
    ("written", "chain", "told"),
    [
        ("加微信", (), "加微信"),
        ("加V", ("加V", "加微", "加微信"), "加V → 加微 → 加微信"),
        ("加 V", ("加V", "加微信"), "加 V → 加V → 加微信"),  # what stands there comes first in any case
    ],
)
def test_a_disguise_is_told_from_what_is_written_to_what_is_meant(
    written: str, chain: tuple[str, ...], told: str
) -> None:
    assert unmasked(written, chain) == told


# --- what authors read ------------------------------------------------------------------------------------------------


EVERY = rule(
    detect=(
        "{some: {contact: [phone, wechat]}, all: {contact: any, evidence: homophone},"
        " hosts: {links: [bit.ly, '*.top']}, links: {links: any, evidence: exact},"
        " copies: {near_duplicates: {within: 24h, distinct_authors: 3}},"
        " waves: {near_duplicates: {within: 7d, distinct_authors: 2, gte: 0.95}},"
        " burst: {near_duplicates: {within: 90m, distinct_authors: 2}}}"
    ).replace("all:", "every:"),
    condition="1 of (some, every, hosts, links, copies, waves, burst)",
)


def test_the_conditions_are_told_in_words() -> None:
    only = load(EVERY).rules[0]
    english, chinese = dict(describe_rule(only, "en")), dict(describe_rule(only, "zh"))
    assert english["  some"] == "contact by wechat, phone"
    assert english["  every"] == "contact of any kind; evidence homophone or stronger"
    assert english["  hosts"] == "link to bit.ly, *.top"
    assert english["  links"] == "any link; evidence exact or stronger"
    assert english["  copies"] == "the same text from 3 authors within 24h (likeness 0.8 or more)"
    assert english["  waves"] == "the same text from 2 authors within 7d (likeness 0.95 or more)"
    assert english["  burst"] == "the same text from 2 authors within 90m (likeness 0.8 or more)"
    assert chinese["  some"] == "联系方式：wechat、phone"
    assert chinese["  hosts"] == "指向 bit.ly、*.top 的链接"
    assert chinese["  copies"] == "24h 内有 3 个作者发布同一文案（相似度不低于 0.8）"


def _told(rules: RuleSet, lang: str, **said: Any) -> str:
    post = post_of(TEXT, author={"id": "u-1"})
    trace = engine_of(rules).trace(post, signals_of(rules, post, **said))[0]
    return "\n".join(describe_trace(trace, lang))


TRACED = rule(
    detect="{contact: {contact: [wechat], evidence: homophone}, link: {links: [bit.ly]}, copies: {" + COPIES + "}}",
    condition="contact and link and copies",
)


def test_a_trace_shows_chain_span_kind_and_value_and_the_authors_against_their_limit() -> None:
    found = Found(contacts=[_contact()], links=[LINK])
    told = _told(load(TRACED), "en", found=found, campaign=_campaign(3))
    assert "MATCHES" in told
    assert "contact: true  加V wx123 → 加V → 加微 → 加微信 (text 3–11, homophone, wechat wx123)" in told
    assert "link: true  bit.ly/abc (text 14–24, exact, link bit.ly/abc)" in told
    assert "copies: true  3 / 3" in told
    assert "copies: false  2 / 3" in _told(load(TRACED), "en", found=found, campaign=_campaign(2))
    assert "copies: false  1 / 3" in _told(load(TRACED), "en", found=found)  # its own author
    assert "copies: unknown" in _told(load(TRACED), "en", found=found, unavailable=("campaigns",))
    assert "contact: 真" in _told(load(TRACED), "zh", found=found, campaign=_campaign(3))


@pytest.mark.parametrize(("lang", "says"), [("en", "weaker than the rule accepts"), ("zh", "证据弱于规则的要求")])
def test_a_trace_shows_what_was_seen_too_weakly(lang: str, says: str) -> None:
    words = load(rule(detect="{invite: {words: {zh: [加微信]}}}"))
    found = Found(terms=[ADD._replace(number=0)])
    assert "(text 3–11, homophone, " in _told(words, lang, found=found)
    assert says in _told(words, lang, found=found)
    contact = load(rule(detect="{invite: {contact: [wechat]}}"))
    assert says in _told(contact, lang, found=Found(contacts=[_contact()]))
    assert says not in _told(contact, lang, found=Found(contacts=[_contact("qq")]))
    link = load(rule(detect="{invite: {links: [bit.ly]}}"))
    assert says in _told(link, lang, found=Found(links=[_link("bit.ly", Evidence.lookalike)]))
    assert says not in _told(link, lang, found=Found(links=[_link("t.me", Evidence.lookalike)]))


def test_two_kinds_of_contact_at_one_place_are_both_named() -> None:
    rules = load(rule(detect="{invite: {contact: any, evidence: homophone}}"))
    told = _told(rules, "en", found=Found(contacts=[_contact("wechat", "138"), _contact("phone", "+86138")]))
    assert told.count("加V wx123 →") == 1
    assert "homophone, wechat 138, phone +86138)" in told


def test_a_campaign_is_told_in_both_languages() -> None:
    assert describe_campaign(_campaign(3), "en") == (
        "Campaign c-1: 7 posts, 5 authors, first seen 2026-11-21T08:00:00.000Z"
    )
    assert describe_campaign(_campaign(3), "zh") == (
        "批量文案 c-1: 7 条内容，5 个作者，首次出现于 2026-11-21T08:00:00.000Z"
    )
