"""What only a store in a database can show: processes, crashes, migrations, tampering, errors that say what to do."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, create_engine, event, inspect, text
from sqlalchemy.exc import ProgrammingError

from moderation.domain.decision import Action, ReviewNeed
from moderation.domain.errors import AlreadyDecided, LeaseLost, ServiceUnavailable, UsageError
from moderation.domain.language import Language
from moderation.domain.pool import DeadLetter
from moderation.domain.review import Ask, Lease, Verdict
from moderation.domain.reviewer import Reviewer
from moderation.domain.signal import Campaign
from moderation.storage import migrations, open_store
from moderation.storage.audit import extend, merkle_root
from moderation.storage.memory import MemoryStore
from moderation.storage.records import dumps
from moderation.storage.sql import SqlStore
from moderation.storage.sql.tables import metadata
from tests.support.builders import a_decision, a_match, a_post, an_ask, held, posts
from tests.support.postgres import PostgresServer, wheel_binaries

REMOVE = Verdict(action="remove", category="scam", basis="read")
fork = multiprocessing.get_context("fork")


def in_processes(number: int, work: Callable[[int], Any]) -> list[Any]:
    """The results of ``work(0)``, ``work(1)`` … done at the same time in forked processes."""
    results = fork.SimpleQueue()

    def run(n: int) -> None:
        try:
            results.put((n, work(n)))
        except BaseException as error:
            results.put((n, error))
            raise

    processes = [fork.Process(target=run, args=(n,)) for n in range(number)]
    for process in processes:
        process.start()
    done = dict(results.get() for _ in processes)
    for process in processes:
        process.join()
        assert process.exitcode == 0
    return [done[n] for n in range(number)]


def raw(url: str) -> Engine:
    """A connection past the store, for looking and tampering."""
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://"))


def execute(url: str, *statements: str) -> None:
    engine = raw(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


class TestProcesses:
    pytestmark = pytest.mark.slow

    def test_eight_processes_never_claim_the_same_item(self, sql_url: str, sql_store: SqlStore) -> None:
        many = posts(160)
        sql_store.add_posts(many, "u", 1.0)
        sql_store.commit("u", [held(post, "both" if n % 3 else "zh", n % 5) for n, post in enumerate(many)], 2.0)

        def claim(n: int) -> list[tuple[int, int]]:
            mine: list[tuple[int, int]] = []
            while items := sql_store.claim(an_ask("zh", f"rev-{n}", 600.0), 2, 5.0):
                mine += [(item.id, item.lease.fence) for item in items if item.lease]
            return mine

        claimed = [item for mine in in_processes(8, claim) for item in mine]
        claimed += claim(8)
        assert len(claimed) == len(set(claimed)) == 160
        assert {fence for _, fence in claimed} == {1}

    def test_of_many_who_decide_one_item_one_does(self, sql_store: SqlStore) -> None:
        sql_store.add_posts(posts(5), "u", 1.0)
        sql_store.commit("u", [held(post) for post in posts(5)], 2.0)
        items = sql_store.claim(an_ask(ttl_s=600.0), 5, 3.0)

        def decide(_: int) -> int:
            done = 0
            for item in items:
                assert item.lease is not None
                try:
                    sql_store.decide(item.id, item.lease, REMOVE, 4.0)
                except AlreadyDecided:
                    continue
                done += 1
            return done

        assert sum(in_processes(4, decide)) == 5
        assert len(sql_store.unpublished(99)) == 10
        assert list(sql_store.audit_problems()) == []

    def test_sweepers_in_several_processes_never_take_the_same_post(self, sql_store: SqlStore) -> None:
        sql_store.add_posts(posts(300), "u", 1.0)

        def sweep(_: int) -> list[str]:
            taken: list[str] = []
            while units := sql_store.take_stale(50.0, 20, 100.0):
                taken += [post["id"] for unit in units for post in unit.posts]
            return taken

        taken = [post_id for ids in in_processes(4, sweep) for post_id in ids]
        taken += sweep(4)
        assert sorted(taken) == sorted(post.id for post in posts(300))

    def test_commits_reviews_and_sweeps_at_once_leave_the_pool_whole(self, sql_store: SqlStore) -> None:
        revisions = [a_post(f"p-{n}", revision) for n in range(40) for revision in (1, 2, 3)]
        sql_store.add_posts(revisions, "u", 1.0)

        def work(n: int) -> int:
            if n == 3:
                return sum(review(sql_store, 20.0 + turn) for turn in range(30))
            order = revisions[n * 40 :] + revisions[: n * 40]
            done = 0
            for start in range(0, len(order), 10):
                sql_store.take_stale(50.0, 7, 2.0)
                done += sql_store.commit(f"u{n}", [held(post) for post in order[start : start + 10]], 3.0)
            return done

        *committed, decided = in_processes(4, work)
        assert sum(committed) == 120
        assert list(sql_store.audit_problems()) == []
        assert len(sql_store.unpublished(999)) == 120 + decided
        left = sql_store.queue(None, 999, 1e9)
        assert all(item.revision == 3 for item in left)
        assert len({item.post_id for item in left}) == len(left)

    def test_a_child_leaves_the_connections_of_its_parent_alone(self, sql_store: SqlStore) -> None:
        sql_store.add_posts(posts(3), "u", 1.0)

        def child(n: int) -> int:
            sql_store.add_posts([a_post(f"child-{n}")], "u", 1.0)
            sql_store.close()
            return sql_store.count_pending()

        assert all(number >= 4 for number in in_processes(3, child))
        assert sql_store.count_pending() == 6

    def test_processes_that_start_at_once_on_an_empty_database_migrate_it_once(self, empty_url: str) -> None:
        def start(n: int) -> int:
            store = SqlStore(empty_url)
            store.add_posts([a_post(f"p-{n}")], "u", 1.0)
            store.close()
            return 1

        assert sum(in_processes(6, start)) == 6
        store = SqlStore(empty_url)
        assert store.count_pending() == 6
        store.close()


@contextmanager
def full_disk(store: SqlStore, url: str) -> Iterator[None]:
    """The database may not grow; PostgreSQL sends what it sends when its disk is full."""
    if url.startswith("postgresql"):
        tables = ("posts", "dead_letters", "decisions", "units")
        says = "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE disk_full; END'"
        execute(url, says, *(f"CREATE TRIGGER no_room BEFORE INSERT ON {t} EXECUTE FUNCTION no_room()" for t in tables))
        yield
        execute(url, "DROP FUNCTION no_room CASCADE")
        return
    engine = store._database._engine()
    pages = "PRAGMA page_count"
    with engine.connect() as connection:
        most = connection.exec_driver_sql(pages).scalar_one() + 2

    def limit(connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {most}")

    event.listen(engine, "begin", limit)
    yield
    event.remove(engine, "begin", limit)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")


def review(store: SqlStore, now: float) -> int:
    done = 0
    for item in store.claim(an_ask(), 3, now):
        assert item.lease is not None
        try:
            store.decide(item.id, item.lease, REMOVE, now)
            done += 1
        except LeaseLost:
            continue  # a newer revision came in between
    return done


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new.sqlite3'}"
    url: str = request.getfixturevalue("postgres_database")
    return url


class TestCrashes:
    """A process that is killed at any statement leaves all of its transaction or nothing."""

    def test_a_commit_that_is_killed_leaves_nothing_half(self, sql_url: str) -> None:
        store = SqlStore(sql_url)
        store.add_posts([a_post("q", 1), *posts(20)], "u", 1.0)
        store.commit("u", [held(a_post("q", 1))], 1.0)
        store.add_posts([a_post("q", 2)], "u", 1.0)
        decisions = [held(a_post("q", 2)), *(held(post) for post in posts(20))]
        store.begin("u", 1.0)
        before = store.status(9.0)
        statement, died = 0, True
        while died:
            statement += 1
            died = killed_at(statement, lambda: store.commit("u", decisions, 2.0))
            if died:
                assert store.status(9.0) == before
                assert list(store.audit_problems()) == []
        assert statement > 10
        assert store.status(9.0).posts == {"held": 22}
        assert store.commit("u", decisions, 3.0) == 0
        assert list(store.audit_problems()) == []
        store.close()

    def test_an_intake_that_is_killed_leaves_nothing_half(self, sql_url: str) -> None:
        store = SqlStore(sql_url)
        assert store.count_pending() == 0
        statement, died = 0, True
        while died:
            statement += 1
            died = killed_at(statement, lambda: store.add_posts(posts(50), "u", 1.0))
            assert store.count_pending() == (0 if died else 50)
        assert statement > 2
        assert store.add_posts(posts(50), "v", 2.0).repeated == 50
        store.close()

    def test_a_verdict_that_is_killed_leaves_nothing_half(self, sql_url: str) -> None:
        store = SqlStore(sql_url)
        store.add_posts([a_post()], "u", 1.0)
        store.commit("u", [held(a_post())], 1.0)
        (item,) = store.claim(an_ask(), 1, 2.0)
        assert item.lease is not None
        lease: Lease = item.lease
        statement, died = 0, True
        while died:
            statement += 1
            died = killed_at(statement, lambda: store.decide(item.id, lease, REMOVE, 3.0))
            if died:
                assert store.item(item.id, 3.0) == item
                assert len(store.unpublished(9)) == 1
        assert statement > 5
        assert store.show("p-1")[0].state == "removed"
        assert list(store.audit_problems()) == []
        store.close()


def killed_at(statement: int, work: Callable[[], Any]) -> bool:
    """Do ``work`` in a child that kills itself before its n-th statement; whether it got there."""

    def run() -> None:
        left = [statement]

        def count(*_: Any) -> None:
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(Engine, "before_cursor_execute", count)
        work()

    child = fork.Process(target=run)
    child.start()
    child.join()
    assert child.exitcode in {0, -signal.SIGKILL}
    return child.exitcode != 0


@pytest.mark.slow
def test_the_postgresql_that_the_wheel_carries_serves_as_well() -> None:
    binaries = wheel_binaries()
    assert binaries, "the `dev` extra carries PostgreSQL"
    server = PostgresServer(binaries)
    try:
        server.start()
        store = SqlStore(server.url)
        store.add_posts(posts(3), "u", 1.0)
        assert store.commit("u", [held(post) for post in posts(3)], 2.0) == 3
        assert len(store.claim(an_ask(), 3, 3.0)) == 3
        store.close()
    finally:
        server.remove()


def _alembic(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.attributes["connection"] = connection
    return config


def _at_0002(url: str) -> None:
    """A store as the program before the review desks left it: one post judged by a person, one that waits."""
    language = {"zh": Language("zh-Hant", shares={"zh-Hant": 1.0}), "th": Language("th", shares={"th": 1.0})}
    campaign = Campaign("c-1", 2, 1, 0.0, {})
    need = ReviewNeed("zh", 2.5, "harm", 3600, {"limit": "R2"})
    some = [a_post("p-0", author={"id": "u-1"}), a_post("p-1")]
    judged = [
        a_decision(some[0], Action.hold, need, matches=(a_match(),))._replace(language=language["zh"]),
        a_decision(some[1], Action.hold, need, matches=(a_match(category="hate"),))._replace(
            language=language["th"], campaign=campaign
        ),
    ]
    verdict = {
        "post_id": "p-0",
        "revision": 1,
        "action": "remove",
        "category": "scam",
        "basis": "read",
        "note": "as it was",
        "reviewer": "ada",
        "decided_at": "2026-11-20T08:00:00.500Z",
    }
    bodies = [dumps(decision.to_json()) for decision in judged]
    first = extend(None, "commit", 1000.0, [1, 2], merkle_root(bodies))
    second = extend(first, "verdict", 1_795_161_600.5, [3], merkle_root([dumps(verdict)]))
    engine = raw(url)
    with engine.begin() as connection:
        command.upgrade(_alembic(connection), "0002")
        tables = MetaData()
        tables.reflect(connection)

        def write(name: str, *rows: dict[str, Any]) -> None:
            connection.execute(tables.tables[name].insert(), list(rows))

        for n, (post, body) in enumerate(zip(some, bodies, strict=True), 1):
            given = {"seq": n, "id": post.id, "revision": 1, "digest": "", "received_at": 1000.0}
            write("posts", {**given, "body": dumps(post.to_json())})
            state, tag = ("removed", "zh-Hant") if n == 1 else ("held", "th")
            stood = {"post": n, "state": state, "action": "hold", "language": tag, "decided_at": 1000.0}
            write("decisions", {**stood, "body": body})
        item = {"desk": "zh", "lane": "harm", "rank": 1, "priority": 2.5, "due_at": 4600.0, "created_at": 1000.0}
        free = {"lease": None, "reviewer": None, "expires_at": 0.0}
        write("review_items", {**item, **free, "id": 7, "post": 1, "state": "decided", "fence": 1})
        write("review_items", {**item, **free, "id": 9, "post": 2, "state": "open", "fence": 4})
        write("verdicts", {"id": 3, "item": 7, "body": dumps(verdict)})
        write("outbox", {"post": 1}, {"post": 2})
        write("outbox", {"post": 1, "verdict": 3})
        for link in (first, second):
            values = {name: getattr(link, name) for name in ("seq", "kind", "at", "root", "prev", "hash")}
            write("audit", {**values, "members": dumps(link.members)})
    engine.dispose()


class TestMigrations:
    def test_the_migrated_schema_is_the_one_that_the_code_expects(self, sql_url: str) -> None:
        engine = raw(sql_url)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, metadata) == []
        engine.dispose()

    def test_a_change_of_the_schema_would_be_noticed(self, sql_url: str) -> None:
        execute(sql_url, "ALTER TABLE posts ADD COLUMN colour TEXT", "DROP INDEX review_items_open_zh")
        engine = raw(sql_url)
        with engine.connect() as connection:
            found = compare_metadata(MigrationContext.configure(connection), metadata)
        engine.dispose()
        assert {change[0] for change in found} == {"remove_column", "add_index"}

    def test_head_is_the_newest_file(self) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(migrations.__file__).parent))
        assert ScriptDirectory.from_config(config).get_heads() == [migrations.HEAD]

    def test_every_migration_can_be_taken_back(self, sql_url: str) -> None:
        engine = raw(sql_url)
        with engine.begin() as connection:
            config = _alembic(connection)
            command.downgrade(config, "base")
            assert inspect(connection).get_table_names() == ["alembic_version"]
            command.upgrade(config, "head")
        engine.dispose()
        store = SqlStore(sql_url)
        assert store.count_pending() == 0
        store.close()

    def test_the_rows_of_an_older_schema_stay_and_learn_what_is_new(self, empty_url: str) -> None:
        _at_0002(empty_url)
        store = SqlStore(empty_url)
        decided, waits = store.show("p-0")[0], store.queue("zh", 9, 1e9)
        assert decided.state == "removed"
        assert [verdict["note"] for verdict in decided.verdicts] == ["as it was"]
        (given,) = store.verdicts()
        assert (given.id, given.item, given.kind, given.state, given.reviewer) == (3, 7, "review", "standing", "ada")
        assert (given.at, given.desk, given.language, given.load) == (1_795_161_600.5, "zh", "zh-Hant", 0.0)
        (item,) = waits
        assert (item.id, item.kind, item.category, item.language, item.needs) == (9, "review", "hate", "th", 2)
        assert (item.lane, item.priority, item.due_at, item.created_at) == ("harm", 2.5, 4600.0, 1000.0)
        assert item.campaign == "c-1"
        assert [member.post_id for member in store.campaign("c-1")] == ["p-1"]
        assert [member.post_id for member, _ in store.of_author("u-1", 9)] == ["p-0"]
        assert list(store.audit_problems()) == []
        assert [one.kind for one in store.unpublished(9)] == ["decision", "decision", "verdict"]

        claimed = store.claim(Ask(Reviewer("bo"), "zh"), 1, 2000.0)[0].lease
        assert claimed is not None
        assert claimed.fence == 5, "old leases stay lost"
        assert store.decide(9, claimed, REMOVE, 2001.0)[0].id == 4
        assert store.ask_review(("p-0", 1), "appeal", "en", 3000.0, 2000.0) == 10, "no number is given twice"
        assert store.undo(3, "lead", "a mistake", 2002.0, 60.0).action == "reverse"
        assert list(store.audit_problems()) == []
        store.close()

        engine = raw(empty_url)
        with engine.begin() as connection:
            command.downgrade(_alembic(connection), "0002")
            rows = connection.execute(text("SELECT id, post FROM review_items ORDER BY id")).all()
            assert [tuple(row) for row in rows] == [(7, 1), (9, 2)]
            kept = connection.execute(text("SELECT id, item FROM verdicts ORDER BY id")).all()
            assert [tuple(row) for row in kept] == [(3, 7), (4, 9)]
        engine.dispose()

    def test_a_store_of_a_newer_version_is_refused_untouched(self, sql_url: str) -> None:
        execute(sql_url, "UPDATE alembic_version SET version_num = '9999'")
        store = SqlStore(sql_url)
        with pytest.raises(UsageError, match=r"9999.*newer version"):
            store.count_pending()
        execute(sql_url, f"UPDATE alembic_version SET version_num = '{migrations.HEAD}'")
        assert store.count_pending() == 0
        store.close()


class TestAudit:
    @pytest.mark.parametrize(
        ("finding", "tampering"),
        [
            (
                "link 1: its commit records were edited",
                ["UPDATE decisions SET body = replace(body, 'hold', 'approve') WHERE post = 2"],
            ),
            (
                "link 2: 1 of its commit records are gone",
                [f"DELETE FROM {table} WHERE post = 5" for table in ("decision_rules", "review_items", "decisions")],
            ),
            (
                "link 3: its verdict records were edited",
                ["UPDATE verdicts SET body = replace(body, 'remove', 'allow')"],
            ),
            ("link 2: was edited", ["UPDATE audit SET at = at + 1 WHERE seq = 2"]),
            ("link 1: was edited", ["UPDATE audit SET members = '[1,2]' WHERE seq = 1"]),
            ("link 3: follows link 1; links were removed", ["DELETE FROM audit WHERE seq = 2"]),
            ("after link 3: 3 commit records are covered by no link", ["DELETE FROM audit WHERE seq = 4"]),
            (
                "link 2: does not continue the link before it",
                [f"UPDATE audit SET seq = {new} WHERE seq = {old}" for old, new in ((2, 99), (3, 2), (99, 3))],
            ),
            ("link 4: was edited", ["UPDATE audit SET hash = prev WHERE seq = 4"]),
        ],
    )
    def test_what_is_edited_removed_or_reordered_is_found(
        self, sql_url: str, sql_store: SqlStore, finding: str, tampering: list[str]
    ) -> None:
        for n in range(2):
            sql_store.add_posts(posts(3, f"b{n}"), "u", 1.0)
            sql_store.commit("u", [held(post) for post in posts(3, f"b{n}")], 2.0)
        (item,) = sql_store.claim(an_ask(), 1, 3.0)
        assert item.lease is not None
        sql_store.decide(item.id, item.lease, REMOVE, 4.0)
        sql_store.add_posts(posts(3, "late"), "u", 1.0)
        sql_store.commit("u", [a_decision(post) for post in posts(3, "late")], 5.0)
        assert list(sql_store.audit_problems()) == []
        execute(sql_url, *tampering)
        assert finding in list(sql_store.audit_problems())


class TestErrors:
    def test_a_server_that_is_not_there_is_named_without_the_password(self) -> None:
        store = SqlStore("postgresql://me:s3cret@127.0.0.1:1/pool?connect_timeout=2")
        with pytest.raises(ServiceUnavailable, match=r"127\.0\.0\.1:1/pool.*MODERATION_STORE_URL") as caught:
            store.count_pending()
        assert "s3cret" not in str(caught.value)

    @pytest.mark.slow
    def test_a_server_that_dies_is_unavailable_and_found_again(self, postgres_server: PostgresServer) -> None:
        postgres_server.execute("CREATE DATABASE dying")
        store = SqlStore(postgres_server.url_of("dying"))
        store.add_posts(posts(3), "u", 1.0)
        postgres_server.kill()
        with pytest.raises(ServiceUnavailable) as caught:
            store.add_posts(posts(6), "v", 2.0)
        assert "not-asked" not in str(caught.value)
        postgres_server.start()
        assert store.add_posts(posts(6), "v", 2.0).repeated == 3
        store.close()

    @pytest.mark.slow
    def test_of_two_writers_that_wait_for_each_other_the_store_tries_again(self, postgres_store_url: str) -> None:
        store = SqlStore(postgres_store_url)
        assert store.count_pending() == 0
        insert = "INSERT INTO posts (id, revision, digest, received_at, body) VALUES ('{}', 1, '', 0, '')"
        engine = raw(postgres_store_url)
        with engine.connect() as other, ThreadPoolExecutor(1) as pool:
            other.execute(text(insert.format("b")))
            ours = pool.submit(store.add_posts, [a_post("a"), a_post("b")], "u", 1.0)
            while not other.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar():
                time.sleep(0.01)
            other.execute(text(insert.format("a")))  # now each waits for the other, and PostgreSQL ends one
            other.rollback()
            assert len(ours.result().accepted) == 2
        engine.dispose()
        store.close()

    @pytest.mark.slow
    def test_a_fault_of_ours_is_not_taken_for_an_unavailable_service(self, postgres_database: str) -> None:
        store = SqlStore(postgres_database)
        assert store.count_pending() == 0
        execute(postgres_database, "DROP TABLE waiting")
        with pytest.raises(ProgrammingError):
            store.count_pending()
        store.close()

    @pytest.mark.slow
    def test_a_server_that_restarts_between_two_calls_is_not_noticed(self, postgres_server: PostgresServer) -> None:
        postgres_server.execute("CREATE DATABASE restarting")
        store = SqlStore(postgres_server.url_of("restarting"))
        store.add_posts(posts(3), "u", 1.0)
        postgres_server.stop()
        postgres_server.start()
        assert store.count_pending() == 3
        store.close()

    @pytest.mark.parametrize(
        "write",
        [
            lambda store: store.add_posts([a_post("big", text="x" * 19_000)], "v", 2.0),
            lambda store: store.add_dead_letters([DeadLetter("line 1", "no JSON", "x" * 19_000)], 2.0),
            lambda store: store.commit("u", [held(post) for post in posts(99)], 2.0),
            lambda store: [store.attempt(f"{n}{'u' * 4000}", [("p-1", 1)], 2.0) for n in range(9)],
        ],
        ids=["intake", "dead letters", "commit", "attempt"],
    )
    def test_a_full_disk_is_named_and_loses_nothing(
        self, sql_url: str, write: Callable[[SqlStore], object], request: pytest.FixtureRequest
    ) -> None:
        store = SqlStore(sql_url)
        store.add_posts(posts(99), "u", 1.0)
        before = (store.status(9.0), store.show("p-1"))
        with full_disk(store, sql_url), pytest.raises(ServiceUnavailable, match="make room on the disk"):
            write(store)
        assert (store.status(9.0), store.show("p-1")) == before
        assert store.show("big") == []
        write(store)
        assert list(store.audit_problems()) == []
        store.close()

    def test_another_writer_that_does_not_end_is_named(
        self, sqlite_store_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("moderation.storage.sql.backends.BUSY_S", 0.1)
        other = sqlite3.connect(sqlite_store_url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        store = SqlStore(sqlite_store_url)
        assert store.count_pending() == 0  # readers do not wait
        with pytest.raises(ServiceUnavailable, match="another process"):
            store.begin("u", 1.0)
        other.rollback()
        assert store.begin("u", 1.0) == 1
        other.close()
        store.close()

    def test_a_file_that_is_no_store_is_named(self, tmp_path: Path) -> None:
        file = tmp_path / "notes.txt"
        file.write_text("not a database, but long enough to look like one at first sight" * 20)
        store = SqlStore(f"sqlite:///{file}")
        with pytest.raises(ServiceUnavailable, match=r"notes\.txt.*something else"):
            store.count_pending()
        assert file.read_text().startswith("not a database")

    def test_a_folder_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        store = SqlStore(f"sqlite:///{tmp_path}/nowhere/pool.sqlite3")
        with pytest.raises(ServiceUnavailable, match=r"nowhere/pool\.sqlite3.*folder"):
            store.count_pending()


class TestOpening:
    def test_without_a_url_it_is_a_file_in_the_home_which_is_made(self, tmp_path: Path) -> None:
        home = tmp_path / "a" / "home"
        store = open_store(None, home)
        store.add_posts([a_post()], "u", 1.0)
        store.close()
        assert (home / "pool.sqlite3").exists()
        assert home.stat().st_mode & 0o077 == 0
        again = open_store(f"sqlite:///{home}/pool.sqlite3", tmp_path)
        assert again.count_pending() == 1
        again.close()

    def test_memory_is_memory(self, tmp_path: Path) -> None:
        assert isinstance(open_store("memory://", tmp_path / "home"), MemoryStore)
        assert not (tmp_path / "home").exists()

    @pytest.mark.parametrize("url", ["postgresql://h/d", "postgresql+psycopg://u:p@h:5/d", "postgres://h/d"])
    def test_postgres_is_not_connected_to_yet(self, url: str, tmp_path: Path) -> None:
        assert isinstance(open_store(url, tmp_path), SqlStore)

    @pytest.mark.parametrize(
        ("url", "says"),
        [
            ("mysql://me:s3cret@host/db", r"`mysql://`; it may be memory://, sqlite:///FILE or postgresql://"),
            ("redis://:s3cret@host", r"`redis://`"),
            ("s3cret", "cannot be read; it may be"),
            ("", "cannot be read"),
            ("sqlite://", "needs a file"),
            ("sqlite:///:memory:", "needs a file"),
            ("postgresql://me:s3cret@host:port/db", "cannot be read"),
        ],
    )
    def test_another_url_is_refused_without_showing_it(self, url: str, says: str, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match=says) as caught:
            open_store(url, tmp_path)
        assert "s3cret" not in str(caught.value)

    def test_a_home_that_cannot_be_made_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(UsageError, match="MODERATION_HOME"):
            open_store(None, tmp_path / "file" / "home")

    def test_a_relative_file_stays_the_same_when_the_folder_changes(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        store = open_store("sqlite:///here.sqlite3", tmp_path)
        monkeypatch.chdir("/")
        assert store.count_pending() == 0
        store.close()
        assert (tmp_path / "here.sqlite3").exists()

    def test_a_light_command_does_not_pay_for_databases(self) -> None:
        code = "import sys, moderation.storage; print(sorted({'sqlalchemy', 'alembic', 'redis'} & set(sys.modules)))"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "[]"


def test_a_claim_reads_a_few_rows_however_long_the_queue(sqlite_store_url: str) -> None:
    store = SqlStore(sqlite_store_url)
    plans: list[str] = []

    def explain(connection: Connection, *statement: Any) -> None:
        sql, parameters = statement[1], statement[2]
        if "FROM review_items" in sql and not sql.startswith("UPDATE"):
            rows = connection.connection.cursor().execute(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall()
            plans.extend(row[3] for row in rows)

    store.add_posts(posts(4), "u", 1.0)
    store.commit("u", [held(post, desk) for post, desk in zip(posts(4), ("zh", "en", "both", "zh"), strict=True)], 1.0)
    event.listen(store._database._engine(), "before_cursor_execute", explain)
    lanes = ("life", "due", "cost", "appeal", "lead")
    for desk in ("zh", "en"):
        reviewer = Reviewer("rev", reads={"zh": "R3", "*": "R2"}, no=("hate",))
        assert store.claim(Ask(reviewer, desk, lanes, loan_over=0.0, most=2), 1, 1.0)
    store.queue(None, 9, 1.0)
    event.remove(store._database._engine(), "before_cursor_execute", explain)
    assert store.claim(an_ask("zh", lanes=lanes), 9, 3500.0)
    store.close()
    used = {word for plan in plans for word in plan.split() if word.startswith("review_items_")}
    assert used == {f"review_items_{way}_{desk}" for way in ("open", "due", "lane", "lent") for desk in ("zh", "en")}
    assert not any("TEMP B-TREE" in plan or plan.startswith("SCAN review_items") for plan in plans)
