"""Which judgement of a post stands: the first, or the one in full that replaced it."""

from __future__ import annotations

from sqlalchemy import func

from moderation.storage.sql import tables as t

STANDING = func.coalesce(t.rejudgements.c.body, t.decisions.c.body)
"""The body of the judgement that stands, where rejudgements are joined to decisions (an outer join) by their post."""
