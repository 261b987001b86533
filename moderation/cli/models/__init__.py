"""``moderation models``: what judges, how good it is, how to train it, and how it does on texts of your own.

One module a command.
"""

from __future__ import annotations

import click

from moderation.cli.groups import InOrder
from moderation.cli.models import calibrate, card, compare, evaluate, listing, train

COMMANDS = (
    listing.list_models,
    card.card,
    train.train,
    evaluate.evaluate,
    compare.compare,
    calibrate.calibrate,
)
"""In the order in which one meets them."""


@click.group(cls=InOrder)
def command() -> None:
    """Classifiers and the embedding: list, card, train, evaluate, compare, calibrate.

    \b
    Example:
      moderation models list
      moderation models evaluate labelled.jsonl
    """


for each in COMMANDS:
    command.add_command(each)
