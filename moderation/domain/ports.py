"""What the core asks of the outside, and the parts of one another: the ports.

Every stage takes and gives lists of equal length; a list of one is a batch, and a batch equals its singles.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

from moderation.domain.decision import Decision
from moderation.domain.language import Language
from moderation.domain.pool import Backlog, DeadLetter, Intake, Load, PoolStatus, PostRecord, Publication, Shed, Unit
from moderation.domain.post import Post
from moderation.domain.review_ports import ReviewStore
from moderation.domain.signal import Campaign, Found, Signals, Tally


class Detector(Protocol):
    """Tells the languages of posts. Total: never raises on a checked post; ``und`` where there is none."""

    def __call__(self, posts: Sequence[Post]) -> list[Language]: ...


class Matcher(Protocol):
    """Finds a vocabulary's terms and patterns in posts whose languages are known. Total."""

    def __call__(self, posts: Sequence[Post], languages: Sequence[Language]) -> list[Found]: ...


class Classifier(Protocol):
    """Gives calibrated probabilities by category.

    ``texts[i]`` is the whole text of a post (its fields joined by newlines). Scores have four digits; a category that
    no model covers for the language is absent. May raise: the pipeline records it as *unavailable*.
    """

    @property
    def versions(self) -> Mapping[str, str]:
        """Name and digest of each loaded model."""
        ...

    @property
    def points(self) -> Mapping[str, Mapping[str, Mapping[str, float]]]:
        """Category → language → operating point (``p95``) → the least probability from which on so many are right."""
        ...

    def __call__(self, texts: Sequence[str], languages: Sequence[Language]) -> list[dict[str, float]]: ...

    def hurried(
        self, texts: Sequence[str], languages: Sequence[Language], at: Collection[int]
    ) -> tuple[list[dict[str, float]], Collection[int]]:
        """The same, but the slow tier does not look at the texts ``at``, unless a life-safety category asks for it.

        Gives the scores, and at which of the texts it would have looked.
        """
        ...


class Exemplars(Protocol):
    """Largest cosine of each text to each list of exemplars. May raise, as :class:`Classifier`."""

    @property
    def versions(self) -> Mapping[str, str]:
        """Name and digest of the embedding model."""
        ...

    def __call__(self, texts: Sequence[str]) -> list[dict[str, float]]: ...


class Campaigns(Protocol):
    """Groups near-duplicate posts. Each post counts once, by (id, revision), however often it comes.

    Posts count from their ``created_at``, capped at ``now`` (Unix seconds), in the order in which they are given. May
    raise :class:`~moderation.domain.errors.ServiceUnavailable`.
    """

    def __call__(self, posts: Sequence[Post], now: float) -> list[Campaign | None]: ...


class Counters(Protocol):
    """Counts each author's posts. A post (id, revision) counts once as each thing, however often it comes.

    ``kinds[i]`` says as what post i counts: ``posts``, ids of rules that it matches. Gives the counts of every tally,
    none where the author is not known. Event time is ``created_at``, capped at ``now`` (Unix seconds); posts count in
    the order in which they are given. May raise :class:`~moderation.domain.errors.ServiceUnavailable`.
    """

    @property
    def tallies(self) -> Sequence[Tally]:
        """What is counted."""
        ...

    def __call__(
        self, posts: Sequence[Post], kinds: Sequence[Collection[str]], now: float
    ) -> list[Mapping[Tally, int]]: ...


class Fuses(Protocol):
    """Cuts rules off, each in a language of its own, that match too much of what is posted there.

    Languages are primary subtags (``zh`` for zh-Hant). A rule stays cut until somebody mends it, or its text changes.
    Event time as for :class:`Counters`. May raise :class:`~moderation.domain.errors.ServiceUnavailable`.
    """

    def cut(self) -> Mapping[str, Collection[str]]:
        """Language → the ids of the rules that are cut off there."""
        ...

    def record(self, posts: Sequence[Post], decisions: Sequence[Decision], now: float) -> None:
        """Count posts and the rules that they match; each (id, revision) once."""
        ...


class Policy(Protocol):
    """Turns signals into decisions. Pure and total: ``now`` is the time of decision, ISO 8601."""

    @property
    def digest(self) -> str:
        """``sha256:…`` of the rule set."""
        ...

    def counted(self, posts: Sequence[Post], signals: Sequence[Signals]) -> list[tuple[str, ...]]:
        """The rules that each post matches, by id, of those that other rules count."""
        ...

    def __call__(self, posts: Sequence[Post], signals: Sequence[Signals], now: str) -> list[Decision]: ...


class Meter(Protocol):
    """Counts the work of this process for who operates it: never a text, a post or an author."""

    def stage(self, name: str, posts: int) -> AbstractContextManager[None]:
        """Time what is done within, as a stage of the flow for so many posts; an error that leaves it is a failure."""
        ...

    def decided(self, decisions: Sequence[Decision]) -> None:
        """Count decisions that are written."""
        ...


class _Unmetered:
    """Counts nothing (implements :class:`Meter`)."""

    def stage(self, name: str, posts: int) -> AbstractContextManager[None]:
        return nullcontext()

    def decided(self, decisions: Sequence[Decision]) -> None:
        pass


UNMETERED: Meter = _Unmetered()


class Store(ReviewStore, Protocol):
    """The pool's memory. Times are Unix seconds; every method is one transaction.

    Errors of the backend reach the caller as :class:`~moderation.domain.errors.ServiceUnavailable`.
    """

    # intake ---------------------------------------------------------------------------------------------------------
    def add_posts(self, posts: Sequence[Post], unit_id: str, now: float) -> Intake:
        """Write new posts as pending under a unit; durable when it returns.

        Same id and revision with the same
        content is a repeat, with other content a conflict; order within ``posts`` counts.
        """
        ...

    def add_dead_letters(self, letters: Sequence[DeadLetter], now: float) -> None:
        """Keep what was refused."""
        ...

    # work -----------------------------------------------------------------------------------------------------------
    def begin(self, unit_id: str, now: float) -> int:
        """Count one attempt at a unit (durably, before the work) and return how many there were with this one."""
        ...

    def pending(self, keys: Sequence[tuple[str, int]]) -> set[tuple[str, int]]:
        """Those of the keys that are still pending."""
        ...

    def attempt(self, unit_id: str, keys: Sequence[tuple[str, int]], now: float) -> tuple[int, set[tuple[str, int]]]:
        """:meth:`begin` and :meth:`pending` at once; where nothing is pending, nothing is counted: (0, empty)."""
        ...

    def commit(self, unit_id: str, decisions: Sequence[Decision], now: float) -> int:
        """Write decisions, review items, audit row and outbox in one transaction and end the unit.

        Idempotent by (post id, revision): a post that is no longer pending is passed over, wholly. Open review items
        of lower revisions of a post become superseded. Returns how many decisions were new.
        """
        ...

    def bury(self, unit_id: str, key: tuple[str, int], reason: str, now: float) -> None:
        """Move one pending post to the dead letters and end the unit."""
        ...

    def take_stale(self, before: float, limit: int, now: float) -> list[Unit]:
        """Pending posts last enqueued before ``before``, regrouped in fresh units and stamped as enqueued ``now``.

        Two callers at once never get the same post.
        """
        ...

    # what was shed --------------------------------------------------------------------------------------------------
    def load(self, now: float) -> Load:
        """What waits to be judged, and to be judged in full; cheap."""
        ...

    def take_shed(self, before: float, limit: int, now: float) -> Shed | None:
        """Decided posts that are to be judged in full and were last taken up before ``before``, the longest ago first.

        None where there is none. Two callers at once never get the same post. Those that come for the third time or
        more come singly, so that one that kills its worker is found.
        """
        ...

    def revise(self, decisions: Sequence[Decision], now: float) -> int:
        """Take full judgements of posts that were shed; they wait no longer. Returns how many judgements differ.

        Only one that differs from the first in action, outcomes, review or rules is kept. It stands from now on, is
        audited and published; the first decision and its audit stay as they are. It may ask for a review, or for an
        earlier one, but takes none back. A post that a person has judged keeps that verdict, and nothing is kept.
        """
        ...

    def spare(self, key: tuple[str, int], reason: str, now: float) -> None:
        """Let the decision of a shed post that cannot be judged in full stand, and write a dead letter about it."""
        ...

    # publication ----------------------------------------------------------------------------------------------------
    def unpublished(self, limit: int) -> list[Publication]:
        """Oldest first; per post in order of decision."""
        ...

    def mark_published(self, seqs: Sequence[int], now: float) -> None:
        """Take publications out of the outbox."""
        ...

    def unmark_published(self, after: int) -> int:
        """Put publications with a higher number than ``after`` back into the outbox; how many there were."""
        ...

    # the pool -------------------------------------------------------------------------------------------------------
    def status(self, now: float) -> PoolStatus:
        """Counts for a person."""
        ...

    def count_pending(self) -> int:
        """How many posts wait for a decision; cheap."""
        ...

    def backlog(self, now: float) -> Backlog:
        """What waits; as cheap as :meth:`count_pending` where little does, however much was decided."""
        ...

    def show(self, post_id: str) -> list[PostRecord]:
        """All revisions of a post, newest first; empty when unknown."""
        ...

    def export(self) -> Iterator[Mapping[str, Any]]:
        """Every decision (its JSON) in order of intake."""
        ...

    def dead_letters(self, limit: int, offset: int = 0) -> list[DeadLetter]:
        """The newest first."""
        ...

    def retry(self, ids: Sequence[int] | None, unit_id: str, now: float) -> list[Post]:
        """Put buried posts (all, or those letters) back as pending under a unit, and forget their letters.

        A letter whose body is not a valid post stays.
        """
        ...

    def audit_problems(self) -> Iterator[str]:
        """What is wrong with the chain of commits and verdicts and with what it covers, one line a finding."""
        ...

    def close(self) -> None:
        """Give connections back; a closed store is not used again."""
        ...
