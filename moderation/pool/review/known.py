"""Posts whose right answer is known: from a file that somebody wrote, from appeals, from readers who agreed blindly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import orjson

from moderation.domain.errors import NotFound, UsageError
from moderation.domain.language import fallbacks, primary
from moderation.domain.review import DESKS, VERDICTS
from moderation.domain.review_ports import Verdicts
from moderation.domain.taxonomy import CATEGORIES
from moderation.policy.yaml import parse
from moderation.pool.review.pairs import pairs

_FIELDS = frozenset({"post_id", "revision", "action", "category"})


class Known(NamedTuple):
    """What a revision of a post deserves, one of VERDICTS, and who says so: a file, ``appeal`` or ``double``."""

    post_id: str
    revision: int
    action: str
    category: str | None
    source: str

    @property
    def key(self) -> tuple[str, int]:
        """Which post it is."""
        return self.post_id, self.revision

    def to_json(self) -> dict[str, Any]:
        """As a golden item keeps it, sealed."""
        return {"action": self.action, "category": self.category, "source": self.source}


def read_golden(data: bytes, source: str) -> list[Known]:
    """Read a file of answers: JSON Lines, or a list in YAML where its name ends in ``.yaml`` or ``.yml``.

    Each is ``{post_id, revision, action, category}``: ``revision`` is 1 and ``category`` none where they are absent.
    :class:`UsageError` names the file and the line.
    """
    rows = _yaml_rows(data, source) if source.endswith((".yaml", ".yml")) else _json_rows(data, source)
    return [_known(row, f"{source}:{line}", source) for line, row in rows]


def known_answers(store: Verdicts, since: float) -> list[Known]:
    """What people are sure of since then: appeals that were read natively, and blind verdicts that say the same.

    Of two that agree one at least is a native read. Each revision once, the newest answer.
    """
    found: dict[tuple[str, int], Known] = {}
    for one in store.verdicts(since, kinds=("appeal",)):
        if one.action in VERDICTS and one.state == "standing" and one.basis == "read":
            found[one.post_id, one.revision] = Known(one.post_id, one.revision, one.action, one.category, "appeal")
    for first, second in pairs(store, since):
        same = (first.action, first.category) == (second.action, second.category)
        if same and first.state == "standing" and "read" in {first.basis, second.basis}:
            key = first.key
            found.setdefault(key, Known(*key, first.action, first.category, "double"))
    return list(found.values())


def native_desk(store: Verdicts, key: tuple[str, int], desks: Mapping[str, str]) -> str:
    """The desk that reads a post of the pool: as the pipeline said, else by its language. Raises :class:`NotFound`.

    ``desks`` says which desk reads a language, by tag or ``*``; where that is both, Chinese is read by desk zh.
    """
    bodies = store.bodies([key]).get(key)
    if bodies is None:
        raise NotFound(
            f"no decided post `{key[0]}` of revision {key[1]}; submit it first, then ask for a review",
            zh=f"没有已判定的帖子 `{key[0]}`（第 {key[1]} 版）；请先提交，再要求审核",
        )
    decision = bodies[1]
    said = (decision.get("review") or {}).get("desk")
    if said in DESKS:
        return str(said)
    tag = decision["language"]["tag"]
    reads = next((desks[name] for name in (*fallbacks(tag), "*") if name in desks), "both")
    if reads in DESKS:
        return reads
    return "zh" if primary(tag) == "zh" else "en"


def _json_rows(data: bytes, source: str) -> Iterator[tuple[int, object]]:
    for number, line in enumerate(data.splitlines(), 1):
        if line.strip():
            try:
                yield number, orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise UsageError(f"{source}:{number}: is not JSON: {error.msg}") from None


def _yaml_rows(data: bytes, source: str) -> Iterable[tuple[int, object]]:
    document = parse(data.decode(errors="surrogateescape"), source)
    for problem in document.problems:
        raise UsageError(str(problem))
    if not isinstance(document.value, list):
        raise UsageError(f"{source}:1: must be a list of answers, each with post_id and action")
    return [(document.mark((n,))[0], row) for n, row in enumerate(document.value)]


def _known(row: object, place: str, source: str) -> Known:
    match row:
        case {"post_id": str(post_id), "action": str(action), **rest}:
            pass
        case _:
            raise UsageError(f"{place}: must have `post_id` and `action`, both strings")
    if action not in VERDICTS:
        raise UsageError(f"{place}: `action` is {action!r}; write one of {', '.join(VERDICTS)}")
    if strange := sorted(map(str, rest.keys() - _FIELDS)):
        raise UsageError(f"{place}: does not know {', '.join(strange)}; write {', '.join(sorted(_FIELDS))}")
    revision, category = rest.get("revision", 1), rest.get("category")
    if not isinstance(revision, int) or isinstance(revision, bool) or revision < 0:
        raise UsageError(f"{place}: `revision` is {revision!r}; write a whole number")
    if category is not None and category not in CATEGORIES:
        raise UsageError(f"{place}: `category` is {category!r}; write one of {', '.join(CATEGORIES)}")
    if (category is None) != (action == "allow"):
        raise UsageError(f"{place}: an answer has a category unless it is `allow`")
    return Known(post_id, revision, action, category, source)
