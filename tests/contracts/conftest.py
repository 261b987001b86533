"""The stores that the contract tests run against, empty and migrated, and a Redis."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import redis

from moderation.domain.ports import Store
from moderation.storage.embedded_redis import redis_url
from moderation.storage.memory import MemoryStore
from moderation.storage.sql import SqlStore
from tests.support.postgres import PostgresServer

SQL = ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)]


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite store, to be copied: migrating takes longer than most tests."""
    file = tmp_path_factory.mktemp("store") / "empty.sqlite3"
    store = SqlStore.at(file)
    assert store.count_pending() == 0
    store.close()
    return file


@pytest.fixture(scope="session")
def migrated_database(postgres_server: PostgresServer) -> str:
    """The name of a PostgreSQL store, to be emptied before each use."""
    name = f"store_{uuid4().hex}"
    postgres_server.execute(f"CREATE DATABASE {name}")
    store = SqlStore(postgres_server.url_of(name))
    assert store.count_pending() == 0
    store.close()
    return name


@pytest.fixture
def sqlite_store_url(migrated_file: Path, tmp_path: Path) -> str:
    file = tmp_path / "pool.sqlite3"
    shutil.copyfile(migrated_file, file)
    return f"sqlite:///{file}"


@pytest.fixture
def postgres_store_url(postgres_server: PostgresServer, migrated_database: str) -> str:
    postgres_server.empty(migrated_database)
    return postgres_server.url_of(migrated_database)


@pytest.fixture(params=SQL)
def sql_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty store in a database."""
    url: str = request.getfixturevalue(f"{request.param}_store_url")
    return url


@pytest.fixture
def sql_store(sql_url: str) -> Iterator[SqlStore]:
    store = SqlStore(sql_url)
    yield store
    store.close()


@pytest.fixture(params=["memory", *SQL])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty store of each kind."""
    open_one: dict[str, Callable[[], Store]] = {
        "memory": MemoryStore,
        "sqlite": lambda: SqlStore(request.getfixturevalue("sqlite_store_url")),
        "postgres": lambda: SqlStore(request.getfixturevalue("postgres_store_url")),
    }
    store = open_one[request.param]()
    yield store
    store.close()


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Redis."""
    with redis_url(None, tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def client(url: str) -> Iterator[redis.Redis]:
    """A client of that Redis, which is empty."""
    with redis.Redis.from_url(url) as client:
        client.flushall()
        yield client
