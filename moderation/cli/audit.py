"""``moderation audit``: looks whether the chain of what was decided is whole."""

from __future__ import annotations

import sys
from itertools import islice

import click

from moderation.cli.callers import Call, called
from moderation.cli.display import print_json, visible

_MOST = 100


@click.group()
def command() -> None:
    """Check the audit log.

    \b
    Example:
      moderation audit verify
    """


@command.command()
@called
def verify(call: Call) -> None:
    """Find what was edited, removed or reordered in the chain of decisions and verdicts; exit 1 when something was.

    \b
    Example:
      moderation audit verify --json
    """
    from moderation.pool.review.access import permit

    with call.store() as (store, who):
        permit(who, "audit")
        findings = list(islice(store.audit_problems(), _MOST + 1))
    more, findings = len(findings) > _MOST, findings[:_MOST]
    if call.as_json:
        print_json({"v": 1, "ok": not findings, "findings": findings, "more": more})
    else:
        for finding in findings:
            click.echo(visible(finding))
        if not findings:
            click.echo({"en": "the audit log is whole", "zh": "审计日志完整"}[call.lang])
        elif more:
            click.echo({"en": f"and more than {_MOST} in all", "zh": f"共超过 {_MOST} 处"}[call.lang])
    if findings:
        sys.exit(1)
