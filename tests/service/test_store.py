"""The store on SQLite and on PostgreSQL: schema, taking in, papers, results, search, deletion, the chain of acts."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from api.accounts.audit import entries, record, verify
from api.accounts.rights import Role
from api.accounts.visibility import visible
from api.jobs.worker import Worker
from api.settings import Settings
from api.store.away import StoreUnavailable
from api.store.intake import Received, dossier_name, receive
from api.store.opening import connect, open_store
from api.store.papers import load_dossier
from api.store.results import current_result, history
from api.store.retention import delete_dossier, expire, remove_blobs
from api.store.search import find, places_in
from api.store.store import Store
from api.store.tables import AuditEntry, DossierRow, Job, Lead, Paper, Table, Upload, now
from api.wiring import Screener
from tests.service.conftest import TEXT, person, upload


def work(store: Store, screener: Screener) -> None:
    Worker(store, lambda: screener).run(until_idle=True)


def test_the_migrations_make_the_tables(store: Store) -> None:
    with store.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), Table.metadata)
    ours = [change for change in found if "passage_words" not in str(change)]
    assert ours == []


def test_opening_again_changes_nothing_and_a_newer_schema_is_refused(settings: Settings, store: Store) -> None:
    open_store(settings).engine.dispose()
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'ffff'"))
    with pytest.raises(StoreUnavailable, match="更新版本"):
        open_store(settings)


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense"])
def test_another_database_is_refused_in_words(url: str) -> None:
    with pytest.raises(StoreUnavailable, match="数据库地址"):
        connect(url)


def test_the_same_files_again_change_nothing(store: Store) -> None:
    visitor = person(store, Role.CASE_HANDLER)
    first, again = upload(store, visitor), upload(store, visitor)
    assert (first.is_new, again.is_repeat, again.dossier_id, again.batch) == (True, True, first.dossier_id, first.batch)
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(Upload)) == 1
        assert session.scalar(select(func.count()).select_from(Job)) == 1


def test_two_calls_at_once_make_one_dossier(store: Store) -> None:
    visitor = person(store, Role.CASE_HANDLER)
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda _: upload(store, visitor), range(16)))
    assert len({receipt.dossier_id for receipt in receipts}) == 1
    assert sum(receipt.is_new for receipt in receipts) == 1


def test_a_number_that_is_known_makes_a_supplement_and_says_what_changed(store: Store, screener: Screener) -> None:
    visitor = person(store, Role.CASE_HANDLER)
    first = upload(store, visitor, number="临检刑诉〔2025〕187号")
    work(store, screener)
    more = upload(
        store,
        visitor,
        "收条\n今收到章水根赔偿款50000元。收款人：蔺满囤。2025年12月1日\n",
        "收条.txt",
        number="临检刑诉〔2025〕187号 ",
    )
    assert (more.dossier_id, more.is_new) == (first.dossier_id, False)
    work(store, screener)
    with store.read() as session:
        kept = current_result(session, store, first.dossier_id)
        assert kept is not None
        assert kept.row.number == 2
        assert len(history(session, first.dossier_id)) == 2
        assert kept.changes is not None
        changed = {change.attribute for change in kept.changes.values}
        assert "compensation" in changed
        assert any("收条" in name for name in kept.changes.documents)
        lead = session.scalars(select(Lead)).one()
        assert lead.state == "open"


def test_papers_come_back_to_the_last_box(store: Store, screener: Screener) -> None:
    visitor = person(store, Role.CASE_HANDLER)
    receipt = upload(store, visitor)
    work(store, screener)
    with store.read() as session:
        kept = current_result(session, store, receipt.dossier_id)
        dossier = load_dossier(session, store, receipt.dossier_id)
    assert kept is not None
    read = screener.screen_bytes("起诉书.txt", TEXT.encode(), as_of=dt.date.today()).dossier
    assert dossier.documents == read.documents
    for victim in kept.result.victims:
        for span in victim.mentions:
            assert dossier.document(span.document).text[span.start : span.end] == span.text


def test_nothing_readable_about_a_person_lies_in_the_database(
    store: Store, screener: Screener, settings: Settings
) -> None:
    visitor = person(store, Role.CASE_HANDLER)
    upload(store, visitor, name="蔺满囤被伤害案.txt", metadata={"联系人": "蔺满囤"})
    work(store, screener)
    with store.engine.connect() as connection:
        for table in Table.metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                for name, value in row.items():
                    shown = value if isinstance(value, str) else repr(value)
                    assert "蔺满囤" not in shown, f"{table.name}.{name}"
    for path in settings.data_folder().rglob("*"):
        if path.is_file() and "files" in path.parts:
            assert "蔺满囤".encode() not in path.read_bytes()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("低保", 1),
        ("重伤二级", 1),
        ("蔺满囤 低保", 1),
        ("低保 盗窃", 0),
        ('"重伤 二级"', 1),
        ("伤", 1),
        ("187", 1),
        ("187号", 1),
        ("１８７号", 1),
        ("重傷二級", 1),
        ("二级重伤", 0),
        ("", 0),
        ("%' OR 1=1 --", 0),
        ('"', 0),
        ("'", 0),
    ],
)
def test_search_finds_words_of_any_length(store: Store, screener: Screener, query: str, found: int) -> None:
    visitor = person(store, Role.CASE_HANDLER)
    upload(store, visitor)
    work(store, screener)
    with store.read() as session:
        hits = find(session, store, query, visible=visible(visitor))
    assert hits.total == found
    for hit in hits.hits:
        assert hit.snippet and all(hit.snippet[a:b] for a, b in hit.marks)


def test_traditional_and_full_width_characters_are_found_by_plain_ones(store: Store, screener: Screener) -> None:
    visitor = person(store, Role.CASE_HANDLER)
    paper = "被害人羅慶堂，男。經鑒定，羅慶堂的損傷程度為重傷二級，住院２３天。\n"
    upload(store, visitor, paper)
    work(store, screener)
    with store.read() as session:
        for query in ("经鉴定 重伤二级", "經鑒定", "23天", "２３"):
            (hit,) = find(session, store, query, visible=visible(visitor)).hits
            assert all(word in paper for word in (hit.snippet, *(hit.snippet[a:b] for a, b in hit.marks))), query
    assert [paper[a:b] for a, b in places_in("重伤 23天", paper)] == ["重傷", "２３天"]


def test_deleting_leaves_the_act_and_nothing_else(store: Store, screener: Screener) -> None:
    visitor = person(store, Role.LEADER)
    receipt = upload(store, visitor)
    work(store, screener)
    with store.begin() as session:
        blobs = delete_dossier(session, store, receipt.dossier_id, actor=visitor.id)
    remove_blobs(store, blobs)
    assert list(store.blobs.all()) == []
    with store.read() as session:
        row = session.get_one(DossierRow, receipt.dossier_id)
        assert row.deleted_at is not None
        assert dossier_name(store, row) == "（已删除）"
        assert session.scalar(select(func.count()).select_from(Paper)) == 0
        assert find(session, store, "低保", visible=visible(visitor)).total == 0
        assert next(e.action for e in entries(session)) == "dossier.delete"
    assert verify(store).broken_at is None


def test_a_blob_that_another_dossier_shares_stays(store: Store) -> None:
    one, other = person(store, Role.LEADER), person(store, Role.LEADER, office="陇泉市人民检察院", login="b")
    first, second = upload(store, one), upload(store, other)
    assert first.dossier_id != second.dossier_id
    with store.begin() as session:
        assert delete_dossier(session, store, first.dossier_id, actor=one.id) == []
    assert len(list(store.blobs.all())) == 1


def test_retention_empties_what_is_past_its_day(store: Store) -> None:
    visitor = person(store, Role.LEADER)
    receipt = upload(store, visitor, keep_days=10)
    assert expire(store, dt.date.today() + dt.timedelta(days=10)) == 0
    assert expire(store, dt.date.today() + dt.timedelta(days=11)) == 1
    with store.read() as session:
        assert session.get_one(DossierRow, receipt.dossier_id).deleted_at is not None


def test_acts_are_only_ever_added(store: Store) -> None:
    with store.begin() as session:
        for number in range(3):
            record(session, "system", "test.act", f"thing:{number}", number=number)
    for statement in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit"):
        with pytest.raises(DatabaseError), store.engine.begin() as connection:
            connection.execute(text(statement))
    found = verify(store)
    assert (found.entries, found.broken_at) == (3, None)


def test_the_chain_never_forks_under_many_writers(store: Store) -> None:
    def act(number: int) -> None:
        with store.begin() as session:
            record(session, "system", "test.act", f"thing:{number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act, range(40)))
    assert verify(store) == verify(store)
    assert (verify(store).entries, verify(store).broken_at) == (40, None)


def test_an_entry_changed_behind_the_database_is_seen(lite: Store) -> None:
    with lite.begin() as session:
        for number in range(3):
            record(session, "system", "test.act", f"thing:{number}")
    with lite.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_no_update"))
        connection.execute(text("UPDATE audit SET actor = 'somebody' WHERE seq = 2"))
    assert verify(lite).broken_at == 2


def test_an_act_is_kept_with_what_it_tells_or_not_at_all(store: Store) -> None:
    with pytest.raises(RuntimeError), store.begin() as session:
        record(session, "system", "test.act")
        raise RuntimeError
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def test_files_of_an_office_are_not_taken_for_those_of_another(store: Store) -> None:
    one, other = person(store, Role.LEADER), person(store, Role.LEADER, office="陇泉市人民检察院", login="b")
    upload(store, one, number="甲1")
    receipt = upload(store, other, number="甲1")
    assert receipt.is_new
    with store.read() as session:
        mine = session.scalars(select(DossierRow.id).where(visible(other))).all()
    assert list(mine) == [receipt.dossier_id]


def test_nothing_is_taken_in_without_files(store: Store) -> None:
    visitor = person(store, Role.LEADER)
    with pytest.raises(Exception, match="没有收到文件"), store.begin() as session:
        receive(session, store, office_id=visitor.office_id, received_by=visitor.id, files=[])
    assert now().tzinfo is not None
    assert Received("a", store.blobs.put([b"x"])).blob.size == 1
