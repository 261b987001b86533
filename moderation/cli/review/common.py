"""What the commands of the desks share: arguments and options."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from moderation.domain.errors import UsageError
from moderation.domain.review import DESKS, Lease

if TYPE_CHECKING:
    from moderation.pool.review.desk import Desk


_DIGITS = 18  # of the largest number that a store can hold


def item(value: str) -> int:
    """``12``, the number of an item."""
    if not (value.isascii() and value.isdigit() and len(value) <= _DIGITS):
        raise click.BadParameter(f"`{value}` is no item: write its number, such as 12")
    return int(value)


def decision(value: str) -> int:
    """``D-12`` or ``12``, the number of a verdict."""
    number = value[2:] if value[:2] in {"D-", "d-"} else value
    if not (number.isascii() and number.isdigit() and len(number) <= _DIGITS):
        raise click.BadParameter(f"`{value}` is no decision: write D-12 or 12")
    return int(number)


any_desk = click.option("--desk", type=click.Choice(DESKS), help="Which desk's [default: both].")
own_desk = click.option("--desk", type=click.Choice(DESKS), help="At which desk [default: your first].")
item_desk = click.option("--desk", type=click.Choice(DESKS), help="At which desk [default: the item's].")
item_argument = click.argument("item_id", metavar="ID", type=item)
lease_option = click.option("--lease", "lease_id", required=True, help="The lease that `claim` gave.")
fence_option = click.option("--fence", type=int, required=True, help="The fence number that `claim` gave.")


def note_options(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--note`` and ``--note-file``."""
    file = click.option("--note-file", type=click.Path(allow_dash=True), help="The note, from a file or - for stdin.")
    return click.option("--note", default="", help="For those who come after you.")(file(function))


def lease_of(at: Desk, lease_id: str, fence: int) -> Lease:
    """The lease that a command names."""
    return Lease(id=lease_id, reviewer=at.reviewer.name, fence=fence, expires_at=0)


def note_of(note: str, file: str | None) -> str:
    """The note, given in words or as a file."""
    from moderation.cli.files import open_input
    from moderation.pool.review.deciding import MAX_NOTE

    if file is None:
        return note
    if note:
        raise click.UsageError("give --note or --note-file, not both")
    most = MAX_NOTE * _LONGEST_LETTER
    with open_input(file, "a file of text") as stream:
        read = stream.read(most + 1)
    try:
        text = "" if len(read) > most else read.decode().strip()
    except UnicodeDecodeError:
        raise UsageError(
            f"{file}: is not UTF-8; save the note as UTF-8", zh=f"{file}：不是 UTF-8；请把备注存为 UTF-8"
        ) from None
    if len(read) > most or len(text) > MAX_NOTE:
        raise UsageError(
            f"{file}: a note has at most {MAX_NOTE:,} characters, this one has more; say it shorter",
            zh=f"{file}：备注最多 {MAX_NOTE:,} 字，此文件超出；请写短些",
        )
    return text


_LONGEST_LETTER = 4  # bytes, in UTF-8
