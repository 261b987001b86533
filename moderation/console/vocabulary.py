"""The codes of the contracts that the screen speaks of by name, for the catalogues: they are said as ``say(code)``."""

from __future__ import annotations

from moderation.console.words import _

CODES: tuple[str, ...] = (
    # verdicts, what gives an item to somebody else, what undoes
    *(_("allow"), _("limit"), _("remove"), _("ban"), _("escalate"), _("second"), _("skip"), _("undo"), _("reverse")),
    *(_("escalated"), _("none")),
    # bases
    *(_("read"), _("gloss"), _("translation"), _("pattern")),
    # reasons to skip
    *(_("language"), _("wellbeing"), _("conflict"), _("unsure"), _("busy")),
    # lanes and kinds
    *(_("life"), _("harm"), _("appeal"), _("random"), _("blind"), _("golden"), _("lead"), _("review")),
    # what a verdict is, and a post
    *(_("held"), _("standing"), _("undone"), _("reversed"), _("silent")),
    *(_("post held"), _("pending"), _("live"), _("limited"), _("removed"), _("open"), _("decided"), _("superseded")),
    # why an item is here
    *(_("rule"), _("model"), _("campaign"), _("part"), _("report")),
    *(_("informational"), _("low"), _("medium"), _("high"), _("critical")),
    # panes and tabs
    *(_("why"), _("precedents"), _("author"), _("thread"), _("history"), _("title")),
    # the rows of a decision
    *(_("row act"), _("row policy"), _("row basis"), _("row scope"), _("row reason"), _("row opinion"), _("row note")),
    # the keys of the foot
    *(_("key commit"), _("key undo"), _("key pane"), _("key down"), _("key next_tab"), _("key find"), _("key gloss")),
    *(_("key translation"), _("key reveal"), _("key wrong_gloss"), _("key campaign"), _("key note"), _("key copy")),
    *(_("key handover"), _("key pause"), _("key category_only"), _("key refresh"), _("key command")),
    *(_("key language"), _("key help"), _("key leave")),
)


def post_state(state: str) -> str:
    """The message that names the state of a post: a held post waits, a held verdict does not count yet."""
    return "post held" if state == "held" else state
