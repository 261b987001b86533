"""What leaves the desks: statements of reasons, figures for the public, rows to learn from.

All of it is read as the verdicts stand now; call :meth:`Verdicts.settle` before. Times are Unix seconds, ``since`` ≤ t
< ``until``. Who may call is asked where the command is: rows to learn from hold the words of authors.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple, TextIO

from moderation.domain.post import Post
from moderation.domain.review import VERDICTS, Recorded, Search
from moderation.domain.review_ports import Bodies, Verdicts
from moderation.pool.review.appeals import appealed
from moderation.pool.review.dsa import Register
from moderation.pool.review.pairs import ACTING
from moderation.pool.review.statements import ACTIONS, Letter, Letters, Measure, category_of, of_decision, of_verdict

STATES = ("limited", "held", "removed")
"""What a post is that something was done to."""

AT_ONCE = 500
"""Posts that are read from the store together."""

_Key = tuple[str, int]


class Row(NamedTuple):
    """A figure: so many decisions of a kind. ``by`` is automated or person, ``appeal`` none, upheld or overturned."""

    category: str
    action: str
    language: str
    by: str
    appeal: str
    number: int


def measures(store: Verdicts, since: float, until: float) -> Iterator[Measure]:
    """What was done to posts then and still is: by verdicts that stand, then by the pipeline where none does."""
    given = _given(store, since)
    standing = {one.key for one in given if one.state == "standing"}
    for verdict, (post, decision) in _with_bodies(store, (one for one in given if one.at < until)):
        if measure := of_verdict(verdict, post, decision):
            yield measure
    for post, decision in _flagged(store, since, until):
        if (decision["post_id"], decision["revision"]) not in standing:
            yield from of_decision(post, decision)


def sor(store: Verdicts, since: float, until: float, register: Register) -> Iterator[dict[str, Any]]:
    """The statements of reasons for the EU transparency database: of what applies in its countries."""
    for measure in measures(store, since, until):
        if statement := register(measure):
            yield statement.to_json()


def letters(store: Verdicts, since: float, until: float, write: Letters) -> Iterator[Letter]:
    """The statements of reasons for the authors, each in their language, wherever the measure applies."""
    return map(write, measures(store, since, until))


def transparency(store: Verdicts, since: float, until: float) -> list[Row]:
    """Decisions of those days by category, action, language, who decided, and what an appeal made of them.

    The pipeline's are those that did something to a post, at their strictest; people's are those that took effect, also
    where they were reversed later. The verdict of an appeal is the outcome of what it was against, and no row.
    """
    outcomes: dict[_Key | int, str] = {}
    for found in appealed(store, since):
        outcomes[found.against.id if found.against else found.appeal.key] = found.outcome
    counts: Counter[tuple[str, str, str, str, str]] = Counter()
    for one in _given(store, since, until):
        if one.kind != "appeal" and one.state in {"standing", "reversed"}:
            counts[one.category or "-", one.action, one.language, "person", outcomes.get(one.id, "none")] += 1
    for _, decision in _flagged(store, since, until):
        appeal = outcomes.get((decision["post_id"], decision["revision"]), "none")
        language = decision["language"]["tag"]
        counts[category_of(decision) or "-", decision["action"], language, "automated", appeal] += 1
    return [Row(*kind, count) for kind, count in sorted(counts.items())]


def write_csv(rows: Iterable[Row], file: TextIO) -> None:
    """Write figures with a line of names above them."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(Row._fields)
    writer.writerows(rows)


def training_rows(store: Verdicts, since: float) -> Iterator[dict[str, Any]]:
    """Posts with what people made of them since then, as ``models train`` and ``--labels`` read them.

    One row for each revision, by the newest of its verdicts that stand; ``basis`` says how the reviewer read it. Texts
    that were redacted are left out. No author and no reviewer is named.
    """
    newest = {one.key: one for one in _given(store, since) if one.state == "standing"}
    for verdict, (post, _) in _with_bodies(store, newest.values()):
        text = "\n".join(words for _, words in Post.parse(post).fields())
        if text.strip():
            violating = verdict.action != "allow"
            labels = [verdict.category] if verdict.category else []
            yield {
                "id": verdict.post_id,
                "revision": verdict.revision,
                "text": text,
                "lang": verdict.language,
                "violating": int(violating),
                "labels": labels if violating else ["benign"],
                "source": "verdicts",
                "basis": verdict.basis,
                "desk": verdict.desk,
            }


def _given(store: Verdicts, since: float, until: float | None = None) -> list[Recorded]:
    return [one for one in store.verdicts(since, until, kinds=ACTING) if one.action in VERDICTS]


def _with_bodies(store: Verdicts, verdicts: Iterable[Recorded]) -> Iterator[tuple[Recorded, Bodies]]:
    waiting = iter(verdicts)
    while page := list(islice(waiting, AT_ONCE)):
        bodies = store.bodies([one.key for one in page])
        yield from ((one, bodies[one.key]) for one in page if one.key in bodies)


def _flagged(store: Verdicts, since: float, until: float) -> Iterator[Bodies]:
    """Post and decision of what the pipeline acted on then: what is not live, and what a verdict has changed since."""
    seen: set[_Key] = set()
    for state in STATES:
        for found in _pages(store, Search(state=state, since=since, until=until)):
            key = found["post_id"], found["revision"]
            if key not in seen and found["decision"]["action"] in ACTIONS:
                seen.add(key)
                yield found["post"], found["decision"]
    judged = {one.key: one for one in _given(store, since)}
    for verdict, (post, decision) in _with_bodies(store, judged.values()):
        at = datetime.fromisoformat(decision["decided_at"]).timestamp()
        if verdict.key not in seen and decision["action"] in ACTIONS and since <= at < until:
            yield post, decision


def _pages(store: Verdicts, wanted: Search) -> Iterator[Mapping[str, Any]]:
    before = None
    while page := store.search(wanted, AT_ONCE, before):
        yield from page
        before = page[-1]["seq"]
