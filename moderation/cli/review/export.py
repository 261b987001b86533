"""``moderation review export``: what leaves the desks, for authors, authorities, models and rules."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import click

from moderation.cli.callers import Call, called
from moderation.cli.display import print_json
from moderation.cli.groups import InOrder
from moderation.cli.times import moment
from moderation.pool.review.shifts import iso

since_option = click.option(
    "--since", type=moment, default="30d", show_default=True, help="From then on: a day, a time, or 8h for so long ago."
)
until_option = click.option("--until", type=moment, help="Before then [default: now].")


@click.group("export", cls=InOrder)
def command() -> None:
    """Write what the desks decided. JSON Lines but where it says; for auditors and admins.

    \b
    Example:
      moderation review export sor --since 2026-11-01
      moderation review export transparency --since 2026-11-01 --until 2026-12-01 > november.csv
    """


@command.command()
@since_option
@until_option
@click.option(
    "--for", "reader", type=click.Choice(["eu", "authors"]), default="eu", show_default=True, help="Who reads them."
)
@called
def sor(call: Call, since: float, until: float | None, reader: str) -> None:
    """Write statements of reasons: rows of the EU transparency database, or the letters to the authors.

    \b
    Example:
      moderation review export sor --since 8h --for authors
    """
    from moderation.pool.review import export
    from moderation.pool.review.access import permit
    from moderation.pool.review.dsa import Register
    from moderation.settings import load_statements

    with call.office() as (office, who):
        permit(who, "export")
        letters, end = load_statements(), until or office.clock()
        if reader == "authors":
            _lines(letter._asdict() for letter in export.letters(office.store, since, end, letters))
        else:
            _lines(export.sor(office.store, since, end, Register(letters, office.taxonomy)))


@command.command()
@since_option
@until_option
@called
def transparency(call: Call, since: float, until: float | None) -> None:
    """Count decisions by category, action, language, who decided, and what an appeal made of them: CSV.

    \b
    Example:
      moderation review export transparency --since 2026-11-01 > november.csv
    """
    from moderation.pool.review import export
    from moderation.pool.review.access import permit

    with call.office() as (office, who):
        permit(who, "export")
        rows = export.transparency(office.store, since, until or office.clock())
    if call.as_json:
        _lines(row._asdict() for row in rows)
        return
    file = io.StringIO()
    export.write_csv(rows, file)
    click.echo(file.getvalue(), nl=False)


@command.command()
@since_option
@called
def gloss(call: Call, since: float) -> None:
    """Write the glosses that reviewers found wrong, and what the words mean instead: for who keeps the glossary.

    `test` is what to add to rules/culture/glossary.test.yaml, which then holds the mended gloss true.

    \b
    Example:
      moderation review export gloss --since 30d
    """
    from moderation.pool.review.access import permit
    from moderation.pool.review.gloss import correction_test

    with call.office() as (office, who):
        permit(who, "export")
        _lines(
            {
                "id": one.id,
                "post_id": one.post_id,
                "language": one.language,
                "surface": one.surface,
                "shown": one.shown,
                "expected": one.expected,
                "at": iso(one.at),
                "test": correction_test(one),
            }
            for one in office.store.corrections()
            if one.at >= since
        )


@command.command()
@since_option
@called
def training(call: Call, since: float) -> None:
    """Write posts with what people made of them, to train models and test rules; holds the words of authors.

    \b
    Example:
      moderation review export training --since 30d > verdicts.jsonl
    """
    from moderation.pool.review.access import permit
    from moderation.pool.review.export import training_rows

    with call.office() as (office, who):
        permit(who, "export")
        _lines(training_rows(office.store, since))


def _lines(rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        print_json(row)
