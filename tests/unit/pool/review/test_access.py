import pytest

from moderation.domain.errors import Forbidden
from moderation.domain.reviewer import ROLES, Reviewer
from moderation.pool.review.access import DEEDS, identify, mint, permit, permits, verify
from moderation.storage.memory import MemoryStore


@pytest.mark.parametrize(
    ("role", "deed", "may"),
    [
        ("reader", "queue", True),
        ("reader", "claim", False),  # reads, and takes nothing from those who work
        ("reviewer", "decide", True),
        ("reviewer", "undo", True),
        ("reviewer", "undo_any", False),  # only a lead corrects others
        ("reviewer", "lead", False),
        ("lead", "undo_any", True),
        ("lead", "users_list", True),
        ("lead", "users", False),
        ("lead", "audit", False),
        ("auditor", "audit", True),
        ("auditor", "export", True),
        ("auditor", "decide", False),  # who checks does not decide
        ("auditor", "claim", False),
        ("admin", "users", True),
        ("admin", "decide", True),
    ],
)
def test_a_role_permits_its_deeds_and_no_others(role: str, deed: str, may: bool) -> None:
    who = Reviewer("ann", role=role)
    assert permits(who, deed) is may
    if may:
        permit(who, deed)
    else:
        with pytest.raises(Forbidden, match=f"ann is {role}.*takes.*ask one of them"):
            permit(who, deed)


def test_every_role_has_deeds_and_an_admin_has_all_of_them() -> None:
    assert DEEDS.keys() == set(ROLES)
    assert DEEDS["admin"] == frozenset().union(*DEEDS.values())


def test_a_token_verifies_against_its_hash_and_nothing_else_does() -> None:
    token, other = mint(), mint()
    token_id, secret = token.text.split(".")
    assert token_id == token.id
    assert secret not in token.hash
    assert verify(token.hash, secret)
    assert not verify(token.hash, secret + "x")
    assert not verify(other.hash, secret)
    assert not verify("no hash at all", secret)


def test_a_pool_without_users_has_one_local_reviewer_who_may_do_everything() -> None:
    who = identify(MemoryStore(), None, "ann")
    assert (who.name, who.role, who.desks, who.level("th")) == ("ann", "admin", ("zh", "en"), 3)


def test_once_somebody_has_a_token_everybody_needs_one() -> None:
    store, token = MemoryStore(), mint()
    store.add_reviewer(Reviewer("ann", reads={"zh": "R3"}), token.id, token.hash, 0.0)
    with pytest.raises(Forbidden, match="MODERATION_TOKEN"):
        identify(store, None, "ann")
    who = identify(store, token.text)
    assert (who.name, who.role, who.level("zh"), who.level("en")) == ("ann", "reviewer", 3, 0)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "{id}",
        "{id}.",
        "{id}.wrong",
        "nobody.{secret}",
        "{id}.{secret}\udcff",  # as bytes of the environment that are no UTF-8 arrive
        "{id}\x00.{secret}",
        "{id}.{secret}" * 1000,
    ],
)
def test_a_wrong_token_is_nobodys(token: str) -> None:
    store, good = MemoryStore(), mint()
    store.add_reviewer(Reviewer("ann"), good.id, good.hash, 0.0)
    secret = good.text.partition(".")[2]
    with pytest.raises(Forbidden, match="not known, or was revoked"):
        identify(store, token.format(id=good.id, secret=secret))


def test_a_revoked_token_opens_nothing() -> None:
    store, token = MemoryStore(), mint()
    store.add_reviewer(Reviewer("ann"), token.id, token.hash, 0.0)
    store.revoke_reviewer("ann", 1.0)
    with pytest.raises(Forbidden):
        identify(store, token.text)


def test_nobody_calls_under_another_name_than_their_tokens() -> None:
    store, token = MemoryStore(), mint()
    store.add_reviewer(Reviewer("ann"), token.id, token.hash, 0.0)
    with pytest.raises(Forbidden, match="ann's, not bo's"):
        identify(store, token.text, "bo")


def test_what_somebody_opted_out_of_goes_with_them() -> None:
    store = MemoryStore()
    store.opt_out("ann", ["self_harm"])
    assert identify(store, None, "ann").no == ("self_harm",)
    assert identify(store, None, "bo").no == ()
