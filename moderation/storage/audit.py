"""The audit chain: every commit and every verdict is one link whose hash covers the link before.

A link holds the Merkle root of its records (SHA-256, the last of an odd level paired with itself), so that an edited,
removed or reordered record, or link, shows.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import orjson

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Link:
    """One row of the chain.

    ``kind`` is ``commit`` (``members`` are the decided posts) or ``verdict`` (``members`` is the one verdict);
    ``at`` is in Unix seconds; ``root``, ``prev`` and ``hash`` are SHA-256, hexadecimal.
    """

    seq: int
    kind: str
    at: float
    members: tuple[int, ...]
    root: str
    prev: str
    hash: str


def merkle_root(records: Iterable[str]) -> str:
    """The root over at least one record, hexadecimal."""
    level = [hashlib.sha256(record.encode()).digest() for record in records]
    while len(level) > 1:
        if len(level) % 2:
            level.append(level[-1])
        level = [hashlib.sha256(level[n] + level[n + 1]).digest() for n in range(0, len(level), 2)]
    return level[0].hex()


def extend(last: Link | None, kind: str, at: float, members: Sequence[int], root: str) -> Link:
    """The next link, over the records of these members with this Merkle root."""
    seq, prev = (last.seq + 1, last.hash) if last else (1, GENESIS)
    return Link(seq, kind, at, tuple(members), root, prev, _hash(seq, kind, at, members, root, prev))


def problems(
    chain: Iterable[Link], records_of: Callable[[Link], Sequence[str]], kept: Mapping[str, int]
) -> Iterator[str]:
    """What is wrong with a chain, one line a finding; nothing when it is whole.

    ``records_of`` gives the records of a link's members as they are kept now, without those that are gone; ``kept``
    says how many records of each kind there were before the chain was read.
    """
    seq, prev = 0, GENESIS
    covered: Counter[str] = Counter()
    for link in chain:
        if link.seq != seq + 1:
            yield f"link {link.seq}: follows link {seq}; links were removed"
        if link.prev != prev:
            yield f"link {link.seq}: does not continue the link before it"
        if link.hash != _hash(link.seq, link.kind, link.at, link.members, link.root, link.prev):
            yield f"link {link.seq}: was edited"
        records = records_of(link)
        if len(records) != len(link.members):
            yield f"link {link.seq}: {len(link.members) - len(records)} of its {link.kind} records are gone"
        elif merkle_root(records) != link.root:
            yield f"link {link.seq}: its {link.kind} records were edited"
        covered[link.kind] += len(link.members)
        seq, prev = link.seq, link.hash
    for kind, number in kept.items():
        if covered[kind] < number:
            yield f"after link {seq}: {number - covered[kind]} {kind} records are covered by no link"


def _hash(seq: int, kind: str, at: float, members: Sequence[int], root: str, prev: str) -> str:
    return hashlib.sha256(orjson.dumps([prev, root, seq, kind, at, list(members)])).hexdigest()
