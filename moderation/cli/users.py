"""``moderation users``: who may review."""

from __future__ import annotations

import shlex
import time
from typing import TYPE_CHECKING

import click

from moderation.cli.callers import Call, called, named
from moderation.cli.display import print_json, print_table, visible
from moderation.cli.groups import InOrder
from moderation.domain.errors import UsageError
from moderation.domain.review import DESKS
from moderation.domain.reviewer import LEVELS, ROLES, Reviewer

if TYPE_CHECKING:
    from moderation.domain.ports import Store


def levels(value: str) -> dict[str, str]:
    """``zh=R3,en=R2,*=R1``: how well somebody reads each language, ``*`` for all others.

    >>> levels("zh=R3,*=R1")
    {'zh': 'R3', '*': 'R1'}
    """
    found: dict[str, str] = {}
    for each in filter(None, value.split(",")):
        tag, _, level = each.partition("=")
        if not tag or level not in LEVELS or tag in found:
            raise click.BadParameter(f"`{each}`: write TAG=LEVEL once a language, such as zh=R3,en=R2,*=R1")
        found[tag] = level
    return found


def desks(value: str) -> tuple[str, ...]:
    """``zh``, ``en`` or ``zh,en``; the first is the one that is meant where a command names none."""
    found = tuple(dict.fromkeys(value.split(",")))
    if set(found) - set(DESKS):
        raise click.BadParameter(f"`{value}`: write zh, en, or both by comma")
    return found


@click.group(cls=InOrder)
def command() -> None:
    """Say who may review, as what, at which desks, and which languages they read.

    While nobody is added, one local reviewer may do everything. The first who is added must be an admin; from then on
    every command of the desks takes a token.

    \b
    Example:
      moderation users add wei --role admin --desk zh,en --reads zh=R3,en=R2
      moderation users list
    """


@command.command()
@click.argument("name", type=named)
@click.option("--role", type=click.Choice(ROLES), default="reviewer", show_default=True, help="What they may do.")
@click.option("--desk", "at", type=desks, default=",".join(DESKS), show_default=True, help="Where they work.")
@click.option("--reads", type=levels, default="", help="How well they read: zh=R3,en=R2,*=R1 [default: nothing, R0].")
@called
def add(call: Call, name: str, role: str, at: tuple[str, ...], reads: dict[str, str]) -> None:
    """Add somebody, or give them another role and a new token; the old one ends. The token is printed this once.

    \b
    Example:
      moderation users add wei --role reviewer --desk zh --reads zh=R3,en=R2,*=R1 > wei.token
    """
    from moderation.pool.review.access import mint, permit

    with call.store() as (store, who):
        permit(who, "users")
        _keep_an_admin(store, name, role)
        token = mint()
        store.add_reviewer(Reviewer(name, role, at, reads), token.id, token.hash, time.time())
    if call.as_json:
        print_json({"v": 1, "name": name, "role": role, "desks": at, "reads": reads, "token": token.text})
        return
    click.echo(token.text)
    says = {
        "en": f"{name} is {role}. This is the only time that the token is shown: keep it in a file for --token-file",
        "zh": f"已添加 {name}（{role}）。令牌只显示这一次：请存入文件，用 --token-file 指定",
    }
    click.echo(visible(says[call.lang]), err=True)


@command.command("list")
@called
def list_users(call: Call) -> None:
    """List who may review.

    \b
    Example:
      moderation users list --json
    """
    from moderation.pool.review.access import permit

    with call.store() as (store, who):
        permit(who, "users_list")
        users = store.reviewers()
    if call.as_json:
        rows = [{"name": u.name, "role": u.role, "desks": u.desks, "reads": dict(u.reads)} for u in users]
        print_json({"v": 1, "users": rows})
        return
    titles = {"en": ("Users", "name", "role", "desks", "reads"), "zh": ("用户", "姓名", "角色", "审核台", "阅读等级")}
    title, *headings = titles[call.lang]
    print_table(title, headings, [(u.name, u.role, ",".join(u.desks), _levels(u)) for u in users], empty="0")


@command.command()
@click.argument("name")
@called
def revoke(call: Call, name: str) -> None:
    """End somebody's token; what they decided stays.

    \b
    Example:
      moderation users revoke wei
    """
    from moderation.pool.review.access import permit

    with call.store() as (store, who):
        permit(who, "users")
        _keep_an_admin(store, name, None)
        store.revoke_reviewer(name, time.time())
    call.say({"name": name, "revoked": True}, en=visible(f"{name} has no token any more"), zh=visible(f"已吊销 {name}"))


def _keep_an_admin(store: Store, name: str, role: str | None) -> None:
    """Refuse what would leave users without an admin: nobody could add or revoke one any more.

    The last of all may go: the pool then has its local reviewer again.
    """
    others = [user for user in store.reviewers() if user.name != name]
    if role == "admin" or any(user.role == "admin" for user in others):
        return
    if others or role is not None:
        raise UsageError(
            "without an admin nobody could add or revoke users: "
            f"`moderation users add {shlex.quote(name)} --role admin`, or make somebody else admin first"
        )


def _levels(user: Reviewer) -> str:
    return ",".join(f"{tag}={level}" for tag, level in user.reads.items()) or "R0"
