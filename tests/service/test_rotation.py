"""The key of a full store is changed, on both databases: all of it opens under the new key and none under the old,
whenever the change was broken off and whatever goes wrong beside it."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DatabaseError

from api.accounts.audit import verify
from api.accounts.rights import Role
from api.accounts.sessions import visitor_of
from api.jobs.worker import Worker
from api.settings import Settings
from api.store import rotation
from api.store.backup import back_up, restore
from api.store.blobs import Blobs, BlobWriter
from api.store.keys import vault_without_store
from api.store.opening import database_address, database_alone, known_revisions, open_store
from api.store.rotation import Rotated, rotate
from api.store.sealed import ENDING, SEALED
from api.store.store import Store
from api.store.tables import (
    Annotation,
    AnnotationItem,
    AuditEntry,
    Correction,
    Decision,
    Hook,
    Lead,
    Office,
    PageImage,
    Paper,
    RecallCheck,
    StoreKey,
    Table,
    Upload,
    User,
    new_id,
)
from api.store.vault import SealBroken, Vault
from api.wiring import Screener
from dossier.errors import JiuzhuError
from tests.service.conftest import TEXT, person, upload

NUMBER = "临检刑诉〔2025〕187号"
PNG = b"\x89PNG a page " * 200_000  # of three chunks
NEXT = Vault(b"n" * 32)


def fill(store: Store, screener: Screener) -> str:
    """A row with something sealed in every table that has such; the dossier's id."""
    officer = person(store, Role.AID_OFFICER)
    receipt = upload(store, officer, number=NUMBER, metadata={"联系人": "某人"})
    upload(store, officer, TEXT, "又一份.txt", number="临检刑诉〔2025〕9号")  # the same file in another dossier
    Worker(store, lambda: screener).run(until_idle=True)
    upload(store, officer, "收条\n今收到章水根赔偿款50000元。收款人：蔺满囤。", "收条.txt", number=NUMBER)
    Worker(store, lambda: screener).run(until_idle=True)
    png, vault, dossier = store.blobs.put([PNG]), store.vault, receipt.dossier_id
    with store.begin() as session:
        lead = session.scalars(select(Lead).where(Lead.dossier_id == dossier)).first()
        office = session.scalars(select(Office)).one()
        assert lead is not None
        ids = {kind: new_id() for kind in ("decision", "correction", "recall", "annotation", "item", "hook")}
        told: dict[str, Any] = {"dossier_id": dossier, "result_id": "r" * 12, "victim": "v1", "attribute": "injury"}
        session.add_all(
            [
                PageImage(dossier_id=dossier, document="d1", page=1, blob=png.id, width=3, height=4),
                PageImage(dossier_id=dossier, document="d1", page=2, blob=png.id, width=3, height=4),
                Decision(
                    id=ids["decision"],
                    lead_id=lead.id,
                    dossier_id=dossier,
                    user_id=officer.id,
                    action="accept",
                    level="red",
                    note_sealed=vault.seal_text("已电话核实", f"decision.note:{ids['decision']}"),
                ),
                Correction(
                    id=ids["correction"],
                    **told,
                    kind="value",
                    user_id=officer.id,
                    body_sealed=vault.seal_json({"grade": "重伤一级"}, f"correction.body:{ids['correction']}"),
                ),
                RecallCheck(
                    id=ids["recall"],
                    dossier_id=dossier,
                    office_id=office.id,
                    month="2026-01",
                    population=4,
                    note_sealed=vault.seal_text("无遗漏", f"recall.note:{ids['recall']}"),
                    names_sealed=vault.seal_json(["蔺满囤"], f"recall.names:{ids['recall']}"),
                ),
                AnnotationItem(id=ids["item"], **told, source="conflict", rank=2),
                Hook(
                    id=ids["hook"],
                    office_id=office.id,
                    url="https://case.example/",
                    events=[],
                    secret_sealed=vault.seal_text("shared words", f"hook.secret:{ids['hook']}"),
                ),
            ]
        )
        session.flush()
        session.add(
            Annotation(
                id=ids["annotation"],
                item_id=ids["item"],
                dossier_id=dossier,
                result_id="r" * 12,
                user_id=officer.id,
                verdict="unstated",
                body_sealed=vault.seal_json({"note": "未见记载"}, f"annotation.body:{ids['annotation']}"),
            )
        )
    return dossier


def rows(store: Store) -> Iterator[tuple[str, bytes]]:
    """Every sealed value with what it is bound to."""
    with store.read() as session:
        for part in SEALED:
            for row in session.scalars(select(part.table)):
                for column in part.columns:
                    sealed = getattr(row, column)
                    if sealed is not None:
                        yield part.bound(row, column), sealed


def everything(store: Store) -> dict[str, bytes]:
    """All that is sealed, opened."""
    opened = {bound: store.vault.open(sealed, bound) for bound, sealed in rows(store)}
    with store.read() as session:
        for table in (Upload, PageImage):
            for row in session.scalars(select(table)):
                opened[f"{table.__tablename__} {row.dossier_id} {_place(row)}"] = store.blobs.read_all(row.blob)
    return opened


def _place(row: Upload | PageImage) -> str:
    return str(row.position) if isinstance(row, Upload) else f"{row.document} {row.page}"


def with_key(settings: Settings, vault: Vault) -> Settings:
    return settings.model_copy(update={"key": vault.key.hex()})


def change(settings: Settings, old: Vault, new: Vault, **more: Any) -> Rotated:
    with database_alone(settings) as engine:
        return rotate(engine, settings.data_folder() / "files", old, new, **more)


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(JiuzhuError) as caught:
        act()
    return caught.value.code


@pytest.fixture
def full(settings: Settings, screener: Screener) -> dict[str, bytes]:
    """What is in a store that was filled and closed."""
    store = open_store(settings)
    fill(store, screener)
    known = everything(store)
    store.close()
    return known


@pytest.fixture
def old(settings: Settings, full: dict[str, bytes]) -> Vault:
    return vault_without_store(settings)


def test_the_list_of_sealed_columns_is_whole(full: dict[str, bytes]) -> None:
    found = {
        (table.name, column.name)
        for table in Table.metadata.tables.values()
        for column in table.columns
        if column.name.endswith(ENDING) and table.name != StoreKey.__tablename__
    }
    assert found == {(part.name, column) for part in SEALED for column in part.columns}
    words = {f"{part.word}.{column.removesuffix(ENDING)}" for part in SEALED for column in part.columns}
    assert words == {bound.partition(":")[0] for bound in full if ":" in bound}  # the store of these tests has all


def test_all_of_it_opens_under_the_new_key_and_none_under_the_old(
    full: dict[str, bytes], settings: Settings, old: Vault
) -> None:
    files = {path.name for path in (settings.data_folder() / "files").glob("??/*")}
    seen: list[tuple[int, int]] = []
    done = change(settings, old, NEXT, on_progress=lambda rows_done, total: seen.append((rows_done, total)))
    assert done.broken == ()
    assert seen[-1] == (done.rows, done.rows)
    store = open_store(with_key(settings, NEXT))
    assert everything(store) == full
    for bound, sealed in rows(store):
        with pytest.raises(SealBroken):
            old.open(sealed, bound)
    now = {path.name for path in (settings.data_folder() / "files").glob("??/*")}
    assert len(now) == len(files)
    assert not now & files
    assert verify(store).broken_at is None
    with store.read() as session:
        assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq.desc())).first() == "store.key"
    with store.begin() as session, pytest.raises(DatabaseError, match="append-only"):
        session.execute(text("UPDATE annotation SET verdict = 'reject'"))
    store.close()


def test_the_database_files_hold_nothing_sealed_under_the_old_key(
    full: dict[str, bytes], settings: Settings, old: Vault, request: pytest.FixtureRequest
) -> None:
    store = open_store(settings)
    before = [sealed for _, sealed in rows(store)]
    store.close()
    change(settings, old, NEXT)
    if settings.database_url is None:
        files = list(settings.data_folder().glob("jiuzhu.sqlite*"))
    else:
        store = open_store(with_key(settings, NEXT))
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("CHECKPOINT"))
            oid = connection.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
        store.close()
        files = list((request.getfixturevalue("cluster").folder / "data" / "base" / str(oid)).iterdir())
    held = b"".join(path.read_bytes() for path in files)
    assert not [sealed for sealed in before if sealed[:40] in held]


def test_what_was_known_is_known_again_after_two_changes(
    full: dict[str, bytes], settings: Settings, old: Vault, screener: Screener
) -> None:
    third = Vault(b"3" * 32)
    change(settings, old, NEXT)
    change(with_key(settings, NEXT), NEXT, third)
    store = open_store(with_key(settings, third))
    assert everything(store) == full
    with store.read() as session:
        leads = set(session.scalars(select(Lead.id)))
        officer = visitor_of(session.scalars(select(User)).one())
    assert upload(store, officer, number=NUMBER, metadata={"联系人": "某人"}).is_repeat  # the call, by its content
    more = upload(
        store, officer, "补充说明：蔺满囤现住院治疗。", "说明.txt", number=NUMBER
    )  # the dossier, by its number
    assert not more.is_new
    Worker(store, lambda: screener).run(until_idle=True)
    with store.read() as session:
        assert set(session.scalars(select(Lead.id))) == leads  # the victim, by the name
    store.close()


class Killed(BaseException):
    """The program ends here."""


def ticking(monkeypatch: pytest.MonkeyPatch, tick: Callable[[], None]) -> None:
    """Calls `tick` before and after everything that leaves a trace."""
    put, remove, next_, compact = Blobs.put, Blobs.remove, rotation._Change._next, rotation._compact

    def ticking_put(self: Blobs, content: Any) -> Any:
        tick()
        blob = put(self, content)
        tick()
        return blob

    def ticking_remove(self: Blobs, blob_id: str) -> None:
        tick()
        remove(self, blob_id)

    def ticking_next(self: Any, *arguments: Any) -> Any:
        found = next_(self, *arguments)
        tick()
        return found

    def ticking_compact(store: Store) -> None:
        tick()
        compact(store)
        tick()

    monkeypatch.setattr(Blobs, "put", ticking_put)
    monkeypatch.setattr(Blobs, "remove", ticking_remove)
    monkeypatch.setattr(rotation._Change, "_next", ticking_next)
    monkeypatch.setattr(rotation, "_compact", ticking_compact)


def test_a_change_broken_off_anywhere_goes_on(
    full: dict[str, bytes], settings: Settings, old: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "AT_ONCE", 1)
    left, count = [0], [0]

    def tick() -> None:
        count[0] += 1
        left[0] -= 1
        if left[0] == 0:
            raise Killed

    ticking(monkeypatch, tick)
    change(settings, old, NEXT)
    ticks, now = count[0], NEXT
    assert ticks > 30
    for at in range(1, ticks + 1, 1 if settings.database_url is None else 5):
        following = Vault(bytes([at % 256]) * 31 + b"k")
        left[0] = at
        with pytest.raises(Killed):
            change(settings, now, following)
        for key in (now, following):
            assert code_of(lambda key=key: open_store(with_key(settings, key))) == "store.rotating"  # type: ignore[misc]
        left[0] = 0
        assert change(settings, now, following).broken == ()
        now = following
    store = open_store(with_key(settings, now))
    assert everything(store) == full
    assert verify(store).broken_at is None
    with store.read() as session:
        named = {*session.scalars(select(Upload.blob)), *session.scalars(select(PageImage.blob))}
    assert set(store.blobs.all()) == named
    store.close()


def test_files_are_not_kept_twice_meanwhile_and_nothing_is_left_over(
    full: dict[str, bytes], settings: Settings, old: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "AT_ONCE", 1)
    folder = settings.data_folder() / "files"
    half = folder / "incoming" / "ab12"  # of an upload whose server was killed
    half.write_bytes(b"half a file")

    def files() -> int:
        return len(list(folder.glob("??/*")))

    before, seen = files(), []
    change(settings, old, NEXT, on_progress=lambda *_: seen.append(files()))
    assert max(seen) <= before + 1  # one whose old name another row still has
    assert files() == before
    assert not half.exists()


def test_keys_that_do_not_fit_are_refused_and_change_nothing(
    full: dict[str, bytes], settings: Settings, old: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = Vault(b"w" * 32)
    assert code_of(lambda: change(settings, old, Vault(old.key))) == "key.same"
    assert code_of(lambda: change(settings, wrong, NEXT)) == "key.wrong_old"
    store = open_store(settings)
    assert everything(store) == full
    store.close()
    with monkeypatch.context() as patch:
        patch.setattr(rotation, "_compact", _raise_killed)
        with pytest.raises(Killed):
            change(settings, old, NEXT)
    assert code_of(lambda: change(settings, old, wrong)) == "key.other_new"
    assert code_of(lambda: change(settings, wrong, NEXT)) == "key.wrong_old"
    change(settings, old, NEXT)
    assert change(settings, old, NEXT).was_done
    assert code_of(lambda: open_store(settings)) == "store.key_other"


def _raise_killed(*_: object) -> None:
    raise Killed


def test_nobody_uses_the_store_meanwhile(full: dict[str, bytes], settings: Settings, old: Vault) -> None:
    store = open_store(settings)
    assert code_of(lambda: change(settings, old, NEXT)) == "store.in_use"
    store.close()
    with database_alone(settings):
        assert code_of(lambda: open_store(settings)) == "store.rotating"
    open_store(settings).close()


def test_a_full_disk_breaks_off_and_is_made_up_for(
    full: dict[str, bytes], settings: Settings, old: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no room")

    with monkeypatch.context() as patch:
        patch.setattr(BlobWriter, "land", no_room)
        with pytest.raises(OSError, match="no room"):
            change(settings, old, NEXT)
    assert change(settings, old, NEXT).broken == ()
    store = open_store(with_key(settings, NEXT))
    assert everything(store) == full
    store.close()


def test_what_does_not_open_stays_and_is_told(full: dict[str, bytes], settings: Settings, old: Vault) -> None:
    store = open_store(settings)
    with store.begin() as session:
        paper = session.scalars(select(Paper)).first()
        first, second = session.scalars(select(Upload.blob).distinct().order_by(Upload.blob)).all()
        assert paper is not None
        bound = f"paper.text:{paper.dossier_id}:{paper.document}"
        paper.text_sealed = paper.text_sealed[:-1] + bytes([paper.text_sealed[-1] ^ 1])
        told = {bound}
        for row in session.scalars(select(Upload)):
            told.add(f"upload.blob:{row.id}")
    store.blobs.remove(first)
    path = store.blobs.path(second)
    path.write_bytes(path.read_bytes()[:-1])
    store.close()
    done = change(settings, old, NEXT)
    assert set(done.broken) == told
    assert path.exists()
    store = open_store(with_key(settings, NEXT))
    wanted = {key: words for key, words in full.items() if key != bound and not key.startswith("upload ")}
    opened = {b: store.vault.open(sealed, b) for b, sealed in rows(store) if b != bound}
    assert opened == {key: words for key, words in wanted.items() if ":" in key}
    store.close()


def test_copies_of_before_and_after_come_back_with_their_own_key(
    full: dict[str, bytes],
    settings: Settings,
    old: Vault,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    store = open_store(settings)
    back_up(store, tmp_path / "before", "2026-03-02T08:00:00+00:00")
    store.close()
    change(settings, old, NEXT)
    store = open_store(with_key(settings, NEXT))
    back_up(store, tmp_path / "after", "2026-03-03T08:00:00+00:00")
    store.close()
    for name, right, wrong in (("before", old, NEXT), ("after", NEXT, old)):
        url = request.getfixturevalue("cluster").database() if settings.database_url else None
        place = with_key(
            settings.model_copy(update={"data_dir": tmp_path / f"{name}-again", "database_url": url}), right
        )
        arguments = (tmp_path / name, place.data_folder(), database_address(place), known_revisions())
        assert code_of(lambda a=arguments, w=wrong: restore(*a, w.mark)) == "backup.key"  # type: ignore[misc]
        restore(*arguments, right.mark)
        again = open_store(place)
        assert everything(again) == full
        again.close()


def test_a_store_of_before_marks_were_kept_takes_its_own_key_only(
    full: dict[str, bytes], settings: Settings, old: Vault
) -> None:
    def forget(engine: Engine) -> None:
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM store_key"))

    with database_alone(settings) as engine:
        forget(engine)
    assert code_of(lambda: open_store(with_key(settings, NEXT))) == "store.key_other"
    assert code_of(lambda: change(settings, NEXT, Vault(b"o" * 32))) == "store.key_other"
    change(settings, old, NEXT)
    store = open_store(with_key(settings, NEXT))
    assert everything(store) == full
    store.close()


def test_a_lost_key_is_told_and_no_other_is_made(full: dict[str, bytes], settings: Settings) -> None:
    key = settings.data_folder() / "key"
    key.rename(key.with_name("elsewhere"))
    assert code_of(lambda: open_store(settings)) == "store.no_key"
    assert not key.exists()
    shutil.copyfile(key.with_name("elsewhere"), key)
    open_store(settings).close()


def test_an_empty_store_and_a_folder_without_one(settings: Settings) -> None:
    assert code_of(lambda: change(settings, NEXT, Vault(b"o" * 32))) == "store.none"
    assert not settings.data_folder().exists() or not os.listdir(settings.data_folder())
    open_store(settings).close()
    assert change(settings, vault_without_store(settings), NEXT).rows == 0
    store = open_store(with_key(settings, NEXT))
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(StoreKey)) == 1
    store.close()
