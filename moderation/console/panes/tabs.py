"""What is known beside the post: precedents, its author, thread and campaign, the item's history."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rich.text import Text

from moderation.console.lines import BAD, BOLD, DIM, WARN, fit, flowing, hanging, wrapped
from moderation.console.panes import why
from moderation.console.panes.post import fields, veiled
from moderation.console.shown import Held, Shown
from moderation.console.times import day
from moderation.console.vocabulary import post_state
from moderation.domain.marks import visible
from moderation.domain.review import Member
from moderation.pool.review.view import CampaignView, Precedent

_DOUBTFUL = 0.2
"""A share of overturned verdicts from which on a precedent warns rather than counsels."""

CURSOR = "> "
"""Before the member that is pointed at."""

_ALIKE = 50
"""So many posts that read alike are shown of a campaign."""


def lines(shown: Shown, width: int) -> list[Text]:
    """The content of the tab that is open."""
    held = shown.held
    if held is None:
        return []
    if shown.hides and shown.tab != "why":
        return wrapped(Text(shown.say("hidden"), DIM), width)
    drawn = list(_TABS[shown.tab](shown, held, width))
    if drawn:
        return drawn
    say = shown.say
    return [Text(say("(hidden until you decide)") if held.view.item.blind else say("(nothing known)"), DIM)]


def title(shown: Shown, tabs: Sequence[str]) -> Text:
    """The names of the tabs, the open one marked."""
    head = Text()
    for n, name in enumerate(tabs):
        label = shown.say(name)
        head.append(" | " if n else "")
        head.append(f"<{label}>" if name == shown.tab else label, BOLD if name == shown.tab else "")
    return head


def members(campaign: CampaignView | None) -> tuple[Member, ...]:
    """The members that are shown, in their order: all that differ, then some of those that are alike."""
    return (*campaign.differing, *campaign.alike[:_ALIKE]) if campaign else ()


def _precedents(shown: Shown, held: Held, width: int) -> Iterator[Text]:
    for precedent in held.view.precedents:
        yield from _precedent(shown, precedent, width)


def _precedent(shown: Shown, precedent: Precedent, width: int) -> list[Text]:
    say, overturned = shown.say, precedent.count - precedent.upheld
    by = ", ".join(f"{visible(name)} {number}" for name, number in precedent.by.items())
    made = f"{say(precedent.action)} {precedent.category or '-'} x{precedent.count}"
    rate = (
        Text(say("OVERTURNED {n}/{of}: check the policy").format(n=overturned, of=precedent.count), BAD)
        if overturned >= _DOUBTFUL * precedent.count
        else Text(say("upheld {n}/{of}").format(n=precedent.upheld, of=precedent.count))
    )
    parts: list[Text | str] = [
        f"{precedent.similarity:4.0%} {precedent.language:7} {visible(precedent.post_id)}", Text(made, BOLD), rate,
    ]  # fmt: skip
    if by:
        parts.append(Text(say("by {who}").format(who=by), DIM))
    if precedent.counter:
        parts.append(Text(say("nearest counter-example"), WARN))
    return flowing(parts, width, "  ")


def _author(shown: Shown, held: Held, width: int) -> Iterator[Text]:
    say, author = shown.say, held.view.author
    if author is None:
        return
    unknown = "-"
    facts = [
        visible(author.pseudonym),
        say("account {n} days").format(n=unknown if author.age_days is None else f"{author.age_days:.0f}"),
        say("strikes {n}").format(n=unknown if author.strikes is None else author.strikes),
        say("followers {n}").format(n=unknown if author.followers is None else f"{author.followers:,}"),
        say("region {region}").format(region=visible(author.region or unknown)),
        say("flagged {n}").format(n=author.flagged),
        *(f"{say(action)} {n}" for action, n in author.verdicts.items()),
    ]
    yield from flowing(facts, width)
    for post in author.recent:
        yield from _brief(shown, post, width)


def _thread(shown: Shown, held: Held, width: int) -> Iterator[Text]:
    for post in held.view.thread:
        yield from _brief(shown, post, width)


def _brief(shown: Shown, post: Mapping[str, Any], width: int) -> list[Text]:
    """An earlier post: its id, state, category, time, and what it says."""
    known = [post.get("post_id"), post_state(post.get("state") or ""), post.get("category")]
    head = [visible(shown.say(str(each))) for each in known if each]
    at = next(
        (post[key] for key in ("flagged_at", "decided_at", "at") if isinstance(post.get(key), (int, float))), None
    )
    if at is not None:
        head.append(day(at))
    text = veiled(" ".join(filter(None, (post.get("title"), post.get("text")))), shown)
    return hanging("- ", Text.assemble(("  ".join(head), DIM), "  ", text), width)


def _campaign(shown: Shown, held: Held, width: int) -> Iterator[Text]:
    say, campaign = shown.say, held.view.campaign
    if campaign is None:
        return
    tongues = " ".join(f"{visible(tag)} {n}" for tag, n in campaign.languages.items())
    yield from flowing(
        [
            Text(visible(campaign.id), BOLD),
            say("{n} posts").format(n=campaign.members),
            say("{n} authors").format(n=campaign.authors),
            say("{n} decided").format(n=campaign.decided),
            say("{n} differ: open each (Enter) before one decision can be theirs").format(n=len(campaign.differing))
            if campaign.differing
            else say("all alike"),
            tongues,
        ],
        width,
    )
    differing = {member.post_id for member in campaign.differing}
    for n, member in enumerate(members(campaign)):
        yield from _member(shown, held, member, n, member.post_id in differing, width)


def _member(shown: Shown, held: Held, member: Member, n: int, differs: bool, width: int) -> list[Text]:
    say, opened = shown.say, member.post_id in held.opened
    state = _state(shown, held, member, differs=differs)
    who = "  " + say("held by somebody") if member.held_by not in {None, held.lease.reviewer} else ""
    here = shown.focus == "tabs" and n == shown.cursor
    text = " / ".join(veiled(text, shown) for _, text in fields(member.post))
    head = Text.assemble(
        (CURSOR if here else "  ", BOLD),
        (f"{state}  ", WARN if differs and not opened else DIM),
        f"{visible(member.post_id)}{who}  ",
    )
    rules = ", ".join(match["rule"] for match in member.decision.get("matches", ()))
    if not opened:
        if differs:
            return [fit(head.append(say("(Enter opens it)"), DIM), width)]
        return [fit(head.append(text), width)]
    return [fit(head.append(visible(rules), DIM), width), *hanging("    ", text, width)]


def _state(shown: Shown, held: Held, member: Member, *, differs: bool) -> str:
    say = shown.say
    if differs:
        return say("differs, opened") if member.post_id in held.opened else say("DIFFERS")
    return say("this post") if member.post_id == held.view.item.post_id else say("alike")


def _history(shown: Shown, held: Held, width: int) -> Iterator[Text]:
    say = shown.say
    for done in held.view.history:
        what = f"D-{done.id} {say(done.action)} {done.category or ''} ({say(done.basis)}) {say(done.state)}"
        who = say("by {who}").format(who=visible(done.reviewer))
        yield from hanging("- ", f"{day(done.at)}  {what}  {who}  {visible(done.note)}", width)
    for passed in held.view.passed:
        what = f"{say(str(passed.get('reason')))}  {visible(str(passed.get('note') or ''))}"
        yield from hanging("- ", f"{day(passed['at'])}  " + say("passed on") + f": {what}", width)


def _why(shown: Shown, _held: Held, width: int) -> Iterator[Text]:
    yield from why.lines(shown, width)


_TABS: Mapping[str, Callable[[Shown, Held, int], Iterator[Text]]] = {
    "why": _why,
    "precedents": _precedents,
    "author": _author,
    "thread": _thread,
    "campaign": _campaign,
    "history": _history,
}
