"""Items, views and verdicts as JSON for scripts, with the keys of docs/review.md."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import orjson

from moderation.cli.decided import Retold
from moderation.domain.review import Lease, Recorded, ReviewItem, Seal
from moderation.pool.review.shifts import iso
from moderation.pool.review.view import (
    AuthorCard,
    CampaignView,
    Factors,
    Gloss,
    OverflowSum,
    Precedent,
    Reason,
    Translation,
    View,
)


def item_json(item: ReviewItem) -> dict[str, Any]:
    """One item, as its desk shows it (:func:`moderation.pool.review.viewing.shown`)."""
    language = item.decision["language"]
    return {
        "v": 1,
        "item": {
            "id": item.id,
            "post_id": item.post_id,
            "rev": item.revision,
            "state": item.state,
            "kind": item.kind,
            "lang": language["tag"],
            "lang_p": language["confidence"],
            "title": item.post["title"],
            "text": item.post["text"],
            "snapshot_sha256": _digest(item.post),
            "appeal": item.text or None,
        },
        "desk": item.desk,
        "lane": item.lane,
        "priority": item.priority,
        "due_at": iso(item.due_at),
        "lease": item.lease and lease_json(item.lease),
        "why": item.decision["matches"],
        "notes": item.decision["notes"],
        "campaign": item.decision.get("campaign"),
        "read": (item.decision["review"] or {}).get("read", {}),
        "lent": item.lent,
    }


def view_json(view: View) -> dict[str, Any]:
    """One item with all that was gathered for its reviewer."""
    return {
        **item_json(view.item),
        "factors": view.factors and _factors(view.factors, view.item.lane),
        "reading": asdict(view.reading),
        "overflow": view.overflow and _overflow(view.overflow),
        "policies": [asdict(policy) for policy in view.policies],
        "gloss": [_gloss(gloss) for gloss in view.gloss],
        "reasons": [_reason(reason) for reason in view.reasons],
        "precedents": [_precedent(precedent) for precedent in view.precedents],
        "author": view.author and _author(view.author),
        "campaign_members": view.campaign and _campaign(view.campaign),
        "history": [recorded_json(verdict) for verdict in view.history],
        "passed": [_passed(each) for each in view.passed],
        "thread": list(view.thread),
    }


def hidden(item: ReviewItem) -> bool:
    """Whether a desk hides scores and opinions of an item that it shows."""
    return item.blind and not item.sealed


def lease_json(lease: Lease) -> dict[str, Any]:
    """What it takes to decide an item."""
    return {"id": lease.id, "fence": lease.fence, "expires_at": iso(lease.expires_at)}


def retold_json(retold: Retold | None) -> dict[str, Any]:
    """What weighed in an item's scores; null where that cannot be said, or is hidden."""
    return retold.to_json() if retold else {"scores_explained": None, "explained_by_other_models": None}


def recorded_json(verdict: Recorded) -> dict[str, Any]:
    """A verdict, an undoing or a reversal."""
    return {
        "decision": f"D-{verdict.id}" if verdict.id else None,  # of a dry run: none
        "item": verdict.item,
        "post_id": verdict.post_id,
        "rev": verdict.revision,
        "action": verdict.action,
        "category": verdict.category,
        "policy": verdict.category,
        "policy_version": verdict.policy_version,
        "policy_text_lang": verdict.policy_lang,
        "basis": verdict.basis,
        "desk": verdict.desk,
        "reviewer": verdict.reviewer,
        "state": verdict.state,
        "at": iso(verdict.at),
        "effective_at": iso(verdict.effective_at),
        "campaign": verdict.campaign,
        "of": verdict.of and f"D-{verdict.of}",
    }


def outcome_json(verdicts: Sequence[Recorded], undo_until: float, seal: Seal | None) -> dict[str, Any]:
    """What a decision became; its scope says how many records it has where it went over a campaign."""
    first = verdicts[0]
    campaign = first.campaign
    return {
        **recorded_json(first),
        "scope": {"campaign": campaign, "records": len(verdicts)} if campaign else None,
        "undo_until": iso(undo_until),
        "fresh": first.fresh,
        "log": seal and seal._asdict(),
    }


def already_json(item_id: int, verdicts: Sequence[Recorded]) -> dict[str, Any]:
    """What the error of a decided item says to scripts: by whom, and what."""
    last = next((each for each in reversed(verdicts) if each.item == item_id), None)
    return {
        "v": 1,
        "error": "already_decided",
        "item": item_id,
        "decision": last and f"D-{last.id}",
        "by": last and last.reviewer,
        "desk": last and last.desk,
        "action": last and last.action,
        "category": last and last.category,
        "at": last and iso(last.at),
    }


def translation_json(translation: Translation) -> dict[str, Any]:
    """A machine's translation, or why there is none."""
    return {**asdict(translation), "checked": False}


def _passed(each: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: each[name] for name in ("reviewer", "reason", "note")}
    return {**said, "at": iso(each["at"])}


def _factors(factors: Factors, lane: str) -> dict[str, Any]:
    return {
        "score": factors.score,
        "p": factors.probability,
        "severity": factors.severity,
        "weight": factors.weight,
        "views_per_minute": factors.views_per_minute,
        "handle_s": factors.handling_s,
        "measured": factors.measured,
        "lane": lane,
    }


def _overflow(overflow: OverflowSum) -> dict[str, Any]:
    return {
        "from": overflow.native,
        "native_opens_in_s": overflow.opens_in_s,
        "wait_s": overflow.wait_s,
        "wait_cost_views": overflow.wait_cost,
        "price_views": overflow.price,
        "basis_error_delta": overflow.error_delta,
        "n": overflow.samples,
        "final": overflow.final,
        "lends": overflow.lends,
    }


def _gloss(gloss: Gloss) -> dict[str, Any]:
    return {
        "field": gloss.field,
        "span": [gloss.start, gloss.end],
        "surface": gloss.surface,
        "reading": gloss.reading,
        "chain": list(gloss.chain),
        "en": gloss.sense.get("en", ""),
        "zh": gloss.sense.get("zh", ""),
        "lexicon": gloss.source,
        "severe": gloss.severe,
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "kind": reason.kind,
        "id": reason.id,
        "category": reason.category,
        "severity": reason.severity,
        "evidence": reason.evidence,
        "score": reason.score,
        "glosses": list(reason.spans),
        "text": dict(reason.text),
    }


def _precedent(precedent: Precedent) -> dict[str, Any]:
    return {
        "sim": precedent.similarity,
        "post_id": precedent.post_id,
        "lang": precedent.language,
        "action": precedent.action,
        "policy": precedent.category,
        "n": precedent.count,
        "upheld": precedent.upheld,
        "by": dict(precedent.by),
        "counter": precedent.counter,
    }


def _author(author: AuthorCard) -> dict[str, Any]:
    return {**asdict(author), "recent": [dict(post) for post in author.recent]}


def _campaign(campaign: CampaignView) -> dict[str, Any]:
    return {
        "id": campaign.id,
        "undecided": campaign.members,
        "authors": campaign.authors,
        "languages": dict(campaign.languages),
        "alike": [member.post_id for member in campaign.alike],
        "differing": [
            {"post_id": member.post_id, "title": member.post["title"], "text": member.post["text"]}
            for member in campaign.differing
        ],
        "decided": campaign.decided,
    }


def _digest(post: Mapping[str, Any]) -> str:
    """SHA-256 of the JSON of what the reviewer saw: ``media``, ``text`` and ``title``, in this order."""
    seen = {name: post[name] for name in ("media", "text", "title")}
    return hashlib.sha256(orjson.dumps(seen)).hexdigest()
