"""The schema of a database: brought up to date before first use, by one process at a time."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, column, inspect, select, table

from moderation.domain.errors import UsageError
from moderation.storage import migrations
from moderation.storage.sql.backends import Backend, Mode

_VERSION = table("alembic_version", column("version_num"))


def upgrade(engine: Engine, backend: Backend) -> None:
    """Migrate to :data:`migrations.HEAD` if need be; :class:`UsageError` if the code is older than the database."""
    with engine.connect() as connection, connection.begin():
        if _version(connection) == migrations.HEAD:  # the usual case does not pay for importing Alembic
            return
    with engine.connect().execution_options(mode=Mode.write) as connection, connection.begin():
        backend.lock_schema(connection)
        _migrate(connection)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_VERSION.name):
        return None
    return connection.execute(select(_VERSION.c.version_num)).scalar()


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.attributes["connection"] = connection
    version = _version(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise UsageError(
            f"the store has schema {version}, this program knows up to {migrations.HEAD}: a newer version has "
            "written it. Use that version, or name another store in MODERATION_STORE_URL"
        )
    command.upgrade(config, "head")
