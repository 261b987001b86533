"""The workers: posts through the queues ``intake`` and then that of their route, in batches, normal, busy or in surge.

The states, whose posts go first and whose are judged in a hurry are the product's own (:mod:`moderation.pool.surge`).
What is left out of a hurried judgement is made up for when all is normal again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import count, pairwise, product
from typing import NamedTuple

import numpy as np
from simpy import Environment

from moderation.domain.pool import Load
from moderation.domain.post import Author, Post
from moderation.pool.surge import (
    ESTABLISHED_DAYS,
    SAMPLE,
    Standing,
    State,
    Thresholds,
    Triage,
    Turn,
    next_state,
    sampled,
)
from moderation.simulation.arrivals import Flags, Floats, Posts, Whole
from moderation.simulation.scenario import ALL, HOUR_S, Plant
from moderation.simulation.station import Station, Steps

INTAKE = "intake"
_AGAIN = len(Turn)
"""The rank of what was hurried and is judged in full: after all else."""
_LOOK_S = 5.0
_RETRY_S = 1.0
"""How often producers that have to wait look whether there is room."""
_US = 1e-6


class Limits(NamedTuple):
    """The workers' settings: posts a message, pending posts at which producers wait, thresholds of the states."""

    batch: int
    high_water: int
    surge: Thresholds


class Judged(NamedTuple):
    """What became of each post: seconds from the start, infinity where it did not happen.

    ``submitted``: taken in by the pool; ``decided``; ``hurried``: judged without the slow tier, which would have read
    it; ``rejudged``: made up for. ``states`` are the changes of the workers' state, the first at 0.
    """

    submitted: Floats
    decided: Floats
    hurried: Flags
    rejudged: Floats
    states: tuple[tuple[float, State], ...]


class _Message(NamedTuple):
    posts: Sequence[int]
    queue: str
    again: bool = False


def run_workers(posts: Posts, plant: Plant, limits: Limits, routes: Mapping[str, str], end: float) -> Judged:
    """Put posts through workers until ``end`` seconds; ``routes`` names the route of each language."""
    clock = Environment()
    works = _Works(clock, posts, plant, limits, [routes[tag] for tag in posts.languages])
    clock.process(works.produce())
    clock.process(works.watch())
    for outage in plant.outages:
        clock.process(works.stand_still(outage.from_hour * HOUR_S, outage.hours * HOUR_S))
    clock.run(until=end)
    return Judged(works.submitted, works.decided, works.hurried, works.rejudged, tuple(works.states))


class _Works:
    """All queues and processes, and what is known of the posts in them."""

    def __init__(self, clock: Environment, posts: Posts, plant: Plant, limits: Limits, routes: Sequence[str]) -> None:
        self.clock = clock
        self.plant = plant
        self.limits = limits
        self.at = posts.at
        self.route = [routes[n] for n in posts.language]
        self.kind: Whole = posts.established * 2 + (posts.views >= limits.surge.reach_per_minute)
        self.slow = posts.slow
        self.slow_us = plant.us_per_post.slow / plant.slow_share
        self.sampled: Flags = posts.chance < 1 / SAMPLE
        self.submitted = np.full(len(posts.at), np.inf)
        self.decided = np.full(len(posts.at), np.inf)
        self.rejudged = np.full(len(posts.at), np.inf)
        self.hurried: Flags = np.zeros(len(posts.at), dtype=bool)
        self.turns, self.hurries = _triage(limits.surge)
        self.standing = Standing()
        self.states = [(0.0, State.normal)]
        self.pending = 0
        self.work = clock.event()  # there is some since all was quiet
        self.busy = 0
        self.shed: list[int] = []
        cost = plant.us_per_post
        self.around = cost.total / (cost.total - cost.around) / plant.cores
        queues = dict.fromkeys((INTAKE, *routes))
        named = {queue: plant.processes[queue] for queue in queues if queue in plant.processes}
        pools = [_Pool(self, [queue], processes) for queue, processes in named.items()]
        if rest := [queue for queue in queues if queue not in named]:
            pools.append(_Pool(self, rest, plant.processes.get(ALL, 0)))
        self.pool_of = {queue: pool for pool in pools for queue in pool.ranks}

    def put(self, message: _Message, rank: int = Turn.ordinary) -> None:
        """Into its queue."""
        pool = self.pool_of[message.queue]
        pool.ranks[message.queue][rank].append(message)
        pool.station.wake()

    def seconds(self, message: _Message) -> float:
        """How long a process that begins now works at a message; more than the cores can carry slows all down."""
        size, cost = len(message.posts), self.plant.us_per_post
        if message.queue == INTAKE:
            us = size * cost.detect
        else:
            chosen = np.array(message.posts)
            read = self.slow[chosen]
            us = size * (cost.judge + (cost.detect if message.again else 0.0))
            if not message.again and self.standing.state is not State.normal:
                hurried = read & self.hurries[self.standing.state][self.kind[chosen]] & ~self.sampled[chosen]
                self.hurried[chosen[hurried]] = True
                read = read & ~hurried
            us += read.sum() * self.slow_us
        return self.plant.message_s + us * _US * max(1.0, self.busy * self.around)

    def finish(self, message: _Message) -> None:
        """Languages are known: on to the routes. Or judged: decided, or made up for."""
        posts = message.posts
        if message.queue == INTAKE:
            for (route, turn), alike in self._sorted(posts).items():
                self.put(_Message(alike, route), turn)
        elif message.again:
            self.rejudged[posts] = self.clock.now
        else:
            self.decided[posts] = self.clock.now
            self.pending -= len(posts)
            self.shed.extend(n for n in posts if self.hurried[n])

    def _sorted(self, posts: Sequence[int]) -> dict[tuple[str, int], list[int]]:
        turn_of = self.turns[self.standing.state]
        groups: dict[tuple[str, int], list[int]] = {}
        for n in posts:
            groups.setdefault((self.route[n], turn_of[self.kind[n]]), []).append(n)
        return groups

    def produce(self) -> Steps:
        """Submit the posts as they come, and wait with them where the pool is full, as the client does."""
        for ready, posts in _messages(self.at, self.plant.gather_s, self.limits.batch):
            if ready > self.clock.now:
                yield self.clock.timeout(ready - self.clock.now)
            while self.pending and self.pending + len(posts) > self.limits.high_water:
                yield self.clock.timeout(_RETRY_S)
            self.submitted[posts.start : posts.stop] = self.clock.now
            self.pending += len(posts)
            if not self.work.triggered:
                self.work.succeed()
            self.put(_Message(posts, INTAKE))

    def watch(self) -> Steps:
        """Look at the load and set the state; when all is normal again, judge in full what was hurried."""
        oldest = 0
        while True:
            yield self.work
            yield self.clock.timeout(_LOOK_S)
            while oldest < len(self.at) and self.decided[oldest] <= self.clock.now:
                oldest += 1
            waited = self.clock.now - self.submitted[oldest] if self.pending else 0.0
            load = Load(self.pending, max(waited, 0.0), len(self.shed))
            before = self.standing.state
            self.standing = next_state(self.standing, load, self.limits.surge, self.clock.now)
            if self.standing.state is not before:
                self.states.append((self.clock.now, self.standing.state))
            if self.shed and self.standing.state is State.normal:
                self._judge_again()
            if not self.pending and self.standing.state is State.normal:
                self.work = self.clock.event()

    def _judge_again(self) -> None:
        by_route: dict[str, list[int]] = {}
        for n in self.shed:
            by_route.setdefault(self.route[n], []).append(n)
        self.shed = []
        for route, posts in by_route.items():
            for start in range(0, len(posts), self.limits.batch):
                self.put(_Message(posts[start : start + self.limits.batch], route, again=True), _AGAIN)

    def stand_still(self, since: float, seconds: float) -> Steps:
        """All processes stop for a while; what they have begun they finish."""
        pools = list(dict.fromkeys(self.pool_of.values()))
        servers = [pool.station.servers for pool in pools]
        yield self.clock.timeout(since)
        for pool in pools:
            pool.station.servers = 0
        yield self.clock.timeout(seconds)
        for pool, number in zip(pools, servers, strict=True):
            pool.station.servers = number
            pool.station.wake()


class _Pool:
    """Processes that serve some queues in turn; in each queue the lowest rank goes first."""

    def __init__(self, works: _Works, queues: Sequence[str], processes: int) -> None:
        self._works = works
        self.ranks = {queue: tuple(deque[_Message]() for _ in range(_AGAIN + 1)) for queue in queues}
        self._order = deque(queues)
        self.station = Station(works.clock, self._take, self._done)
        self.station.servers = processes

    def _take(self) -> tuple[_Message, float] | None:
        for _ in range(len(self._order)):
            queue = self._order[0]
            self._order.rotate(-1)
            for rank in self.ranks[queue]:
                if rank:
                    self._works.busy += 1
                    message = rank.popleft()
                    return message, self._works.seconds(message)
        return None

    def _done(self, message: _Message) -> None:
        self._works.busy -= 1
        self._works.finish(message)


def _messages(at: Floats, gather_s: float, batch: int) -> Iterator[tuple[float, range]]:
    """When messages are submitted, and with which posts."""
    ready = np.ceil(at / gather_s) * gather_s
    edges = np.flatnonzero(np.diff(ready, prepend=-1.0, append=np.inf)).tolist()
    for first, last in pairwise(edges):
        for start in range(first, last, batch):
            yield float(ready[first]), range(start, min(start + batch, last))


def _triage(thresholds: Thresholds) -> tuple[dict[State, list[int]], dict[State, Flags]]:
    """By state, the turn of each kind of post and whether it is hurried: 2 if established + 1 if widely seen."""
    ordinary = next(name for name in map(str, count()) if not sampled(name))
    kinds = [
        Post(
            ordinary,
            "",
            author=Author(age_days=ESTABLISHED_DAYS if established else 0, strikes=0),
            views_per_minute=thresholds.reach_per_minute if wide else 0,
        )
        for established, wide in product((False, True), repeat=2)
    ]
    turns: dict[State, list[int]] = {}
    hurries: dict[State, Flags] = {}
    for state in State:
        triage = Triage(partial(State, state), thresholds.reach_per_minute)
        turns[state] = [int(turn) for turn in triage.turns(kinds)]
        hurries[state] = np.isin(range(len(kinds)), triage.hurried(kinds))
    return turns, hurries
