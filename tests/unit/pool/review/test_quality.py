"""Which posts are read again, who reads them, and what is known to be right."""

from __future__ import annotations

import orjson
import pytest

from moderation.domain.errors import NotFound, UsageError
from moderation.domain.review import Verdict
from moderation.domain.reviewer import Reviewer
from moderation.pool.review import quality
from moderation.pool.review.known import Known, known_answers, native_desk, read_golden
from moderation.pool.review.quality import Sampled, ask_blind, ask_golden, chosen, sample
from tests.unit.pool.review.bench import DESKS, Bench

SALT = b"salt of the office"
WEI = Reviewer("wei", desks=("zh",), reads={"zh": "R3"})
BO = Reviewer("bo", desks=("en",), reads={"en": "R3", "*": "R2"})


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality, "BLIND", 1.0)
    monkeypatch.setattr(quality, "GOLDEN", 1.0)


def test_about_one_in_twenty_is_chosen_and_another_salt_chooses_others() -> None:
    ours = {n for n in range(20_000) if chosen(0.05, SALT, "blind", n)}
    assert 900 <= len(ours) <= 1100  # six standard deviations are 185
    theirs = {n for n in range(20_000) if chosen(0.05, b"another", "blind", n)}
    assert len(ours & theirs) <= 100
    assert ours != {n for n in range(20_000) if chosen(0.05, SALT, "golden", n)}


@pytest.mark.parametrize(("share", "every"), [(0.0, False), (1.0, True)])
def test_none_and_all_are_shares_too(share: float, every: bool) -> None:
    assert all(chosen(share, SALT, "blind", n) is every for n in range(200))


@pytest.mark.usefixtures("always")
def test_a_blind_item_goes_to_the_other_desk_and_seals_the_verdict(bench: Bench) -> None:
    bench.flag("a")
    verdict = bench.decide("a", "remove", by="wei", basis="gloss")
    found = sample(bench.store, SALT, [WEI, BO], bench.now, desks=DESKS)
    assert found == Sampled(blind=(2,), golden=(), verdicts=1, last=verdict.id)
    item = bench.store.item(2, bench.now)
    assert (item.kind, item.desk, item.lane, item.blind) == ("blind", "en", "blind", True)
    assert item.sealed == {
        "action": "remove", "category": "scam", "basis": "gloss", "reviewer": "wei", "verdict": verdict.id,
    }  # fmt: skip


@pytest.mark.usefixtures("always")
def test_asking_again_changes_nothing(bench: Bench) -> None:
    bench.flag("a")
    bench.decide("a", "remove", by="wei")
    first = sample(bench.store, SALT, [WEI, BO], bench.now, desks=DESKS)
    assert sample(bench.store, SALT, [WEI, BO], bench.now, desks=DESKS).blind == ()
    later = sample(bench.store, SALT, [WEI, BO], bench.now, desks=DESKS, after=first.last)
    assert later == Sampled((), (), 0, first.last)


@pytest.mark.usefixtures("always")
def test_what_is_held_yet_is_looked_at_later_and_what_is_undone_never(bench: Bench) -> None:
    for post_id in ("a", "b", "c"):
        bench.flag(post_id)
    bench.decide("a", "remove", by="wei")
    bench.decide("b", "remove", by="wei", settle=False, took_s=1.0)
    undone = bench.decide("c", "remove", by="wei", settle=False, took_s=1.0)
    first = sample(bench.store, SALT, [BO], bench.now, desks=DESKS)
    assert (len(first.blind), first.last) == (1, 1)
    bench.store.undo(undone.id, "wei", "a mistake", bench.now, 1.0)
    bench.settle()
    assert len(sample(bench.store, SALT, [BO], bench.now, desks=DESKS, after=first.last).blind) == 1


@pytest.mark.usefixtures("always")
def test_blind_and_golden_verdicts_are_not_looked_at_again(bench: Bench) -> None:
    bench.flag("a", review=False)
    bench.flag("b", review=False)
    bench.reread("a", "remove", by="bo", desk="en", kind="golden")
    bench.reread("b", "remove", by="bo", desk="en", kind="blind")
    assert sample(bench.store, SALT, [WEI, BO], bench.now, desks=DESKS).verdicts == 0


@pytest.mark.usefixtures("always")
def test_a_decision_over_a_campaign_is_read_again_once(bench: Bench) -> None:
    for post_id in ("a", "b", "c"):
        bench.flag(post_id, campaign="C-1")
    item = bench.take("b", by="wei")
    assert item.lease is not None
    verdict = Verdict("remove", "scam", "read")
    bench.store.decide(item.id, item.lease, verdict, bench.now, campaign="C-1", also=[("a", 1), ("c", 1)])
    found = sample(bench.store, SALT, [BO], bench.now, desks=DESKS)
    assert [bench.store.item(n, bench.now).post_id for n in found.blind] == ["b"]
    assert (found.verdicts, found.last) == (1, 3)


@pytest.mark.parametrize(
    ("readers", "asked", "why"),
    [
        ([BO], True, "reads every language well enough"),
        ([], False, "nobody is there"),
        ([WEI], False, "nobody of the other desk"),
        ([Reviewer("wei", reads={"*": "R3"})], False, "who decided it does not read it blindly"),
        ([Reviewer("bo", desks=("en",), reads={"en": "R3"})], False, "reads no Chinese"),
        ([Reviewer("bo", desks=("en",), reads={"*": "R1"})], False, "could not even limit it"),
        ([Reviewer("bo", "auditor", ("en",))], False, "auditors do not decide"),
        ([Reviewer("bo", "lead", ("en",))], True, "leads do"),
    ],
)
def test_a_blind_item_needs_somebody_else_who_can_read_it(
    bench: Bench, readers: list[Reviewer], asked: bool, why: str
) -> None:
    bench.flag("a", needs="R2")
    verdict = bench.decide("a", "remove", by="wei")
    assert (ask_blind(bench.store, verdict, readers, bench.now) is not None) is asked, why


@pytest.mark.usefixtures("always")
def test_a_golden_item_is_drawn_for_a_verdict_and_always_the_same(bench: Bench) -> None:
    for n in range(6):
        bench.flag(f"known-{n}", review=False)
    bench.flag("a")
    bench.decide("a", "remove", by="wei")
    answers = [Known(f"known-{n}", 1, "remove", "scam", "answers.jsonl") for n in range(6)]
    first = sample(bench.store, SALT, [], bench.now, desks=DESKS, golden=answers)
    (number,) = first.golden
    item = bench.store.item(number, bench.now)
    assert item.post_id in {answer.post_id for answer in answers}
    assert item.sealed == {"action": "remove", "category": "scam", "source": "answers.jsonl"}
    assert (item.desk, item.lane, item.blind) == ("zh", "golden", True)
    again = sample(bench.store, SALT, [], bench.now, desks=DESKS, golden=answers[::-1])
    assert again.golden == (), "asking again changes nothing"


@pytest.mark.usefixtures("always")
def test_golden_items_are_drawn_from_all_answers(bench: Bench) -> None:
    for n in range(40):
        bench.flag(f"known-{n}", review=False)
        bench.flag(f"p-{n}")
        bench.decide(f"p-{n}", "remove", by="wei", took_s=1.0)
    answers = [Known(f"known-{n}", 1, "remove", "scam", "answers.jsonl") for n in range(40)]
    opened = sample(bench.store, SALT, [], bench.now, desks=DESKS, golden=answers).golden
    assert 18 <= len(opened) <= 32, "of 40 drawn with return about 63% are different"
    assert sample(bench.store, SALT, [], bench.now, desks=DESKS).golden == (), "nothing is known"


def test_an_answer_about_a_post_that_is_not_in_the_pool_is_refused(bench: Bench) -> None:
    with pytest.raises(NotFound, match="submit it first"):
        ask_golden(bench.store, Known("nowhere", 1, "remove", "scam", "file"), bench.now, DESKS)


@pytest.mark.parametrize(
    ("language", "desk", "review", "expected", "why"),
    [
        ("vi", "zh", True, "zh", "the pipeline said so"),
        ("zh-Hant", "both", True, "zh", "both may read it, so the language says"),
        ("yue", "en", False, "zh", "Cantonese is read as Chinese"),
        ("th", "zh", False, "en", "all others"),
        ("ja", "en", False, "zh", "as the routes say"),
        ("ko", "en", False, "zh", "as the routes say"),
        ("und", "zh", False, "en", "the routes say both, and it is not Chinese"),
    ],
)
def test_a_post_is_read_by_its_desk(
    bench: Bench, language: str, desk: str, review: bool, expected: str, why: str
) -> None:
    bench.flag("a", language=language, desk=desk, review=review)
    assert native_desk(bench.store, ("a", 1), DESKS) == expected, why


def test_answers_are_read_from_json_lines_and_from_yaml() -> None:
    rows = [
        {"post_id": "a", "action": "remove", "category": "scam", "revision": 2},
        {"post_id": "b", "action": "allow"},
    ]
    lines = b"\n\n".join(orjson.dumps(row) for row in rows)
    expected = [("a", 2, "remove", "scam"), ("b", 1, "allow", None)]
    assert [one[:4] for one in read_golden(lines, "answers.jsonl")] == expected
    listed = b"- {post_id: a, action: remove, category: scam, revision: 2}\n- post_id: b\n  action: allow\n"
    assert [one[:4] for one in read_golden(listed, "answers.yaml")] == expected


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"post_id": "a"}', "must have `post_id` and `action`"),
        ('{"post_id": 3, "action": "allow"}', "must have `post_id` and `action`"),
        ('["a", "allow"]', "must have `post_id` and `action`"),
        ('{"post_id": "a", "action": "hold", "category": "scam"}', "write one of allow, limit, remove, ban"),
        ('{"post_id": "a", "action": "remove", "category": "fraud"}', "`category` is 'fraud'"),
        ('{"post_id": "a", "action": "remove"}', "has a category unless it is `allow`"),
        ('{"post_id": "a", "action": "allow", "category": "scam"}', "has a category unless it is `allow`"),
        ('{"post_id": "a", "action": "allow", "revision": "1"}', "write a whole number"),
        ('{"post_id": "a", "action": "allow", "revision": true}', "write a whole number"),
        ('{"post_id": "a", "action": "allow", "why": "x"}', "does not know why"),
        ('{"post_id": ', "is not JSON"),
    ],
)
def test_a_wrong_answer_is_refused_with_its_line(line: str, message: str) -> None:
    good = b'{"post_id": "z", "action": "allow"}\n'
    with pytest.raises(UsageError, match=r"answers\.jsonl:2: ") as raised:
        read_golden(good + line.encode(), "answers.jsonl")
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("text", "where"),
    [("- {post_id: a, action: nothing}", "answers.yaml:1"), ("a: b", "must be a list"), ("- [", "not YAML")],
)
def test_a_wrong_file_in_yaml_is_refused(text: str, where: str) -> None:
    with pytest.raises(UsageError, match=where):
        read_golden(text.encode(), "answers.yaml")


def test_appeals_and_blind_agreement_give_known_answers(bench: Bench) -> None:
    for post_id in ("appealed", "agreed", "differs", "plain", "guessed"):
        bench.flag(post_id)
        bench.decide(post_id, "remove", by="wei", basis="gloss" if post_id == "guessed" else "read")
    bench.reread("appealed", "allow", by="bo", desk="zh", kind="appeal")
    bench.reread("agreed", "remove", by="bo", desk="en")
    bench.reread("differs", "allow", by="bo", desk="en")
    bench.reread("guessed", "remove", by="bo", desk="en", basis="gloss")
    assert known_answers(bench.store, 0.0) == [
        Known("appealed", 1, "allow", None, "appeal"),
        Known("agreed", 1, "remove", "scam", "double"),
    ]
