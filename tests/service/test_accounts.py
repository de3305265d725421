"""Who may come in, what is shown to whom: passwords, sessions, locks, keys, visibility, the mask."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from api.accounts.keys import holder, make_key, revoke
from api.accounts.masking import hidden_name, is_unmasked, mask_of, unmask
from api.accounts.passwords import WeakPassword, check_password, hash_password, random_password
from api.accounts.rights import PERMISSIONS, Permission, Role
from api.accounts.sessions import Doormen, check_sign_in, close_all, open_session, present
from api.accounts.visibility import NotFound, lead_visible, require_dossier
from api.jobs.worker import Worker
from api.store.results import current_result
from api.store.store import Store
from api.store.tables import Access, AuditEntry, DossierRow, Lead, SignIn, User, now
from api.wiring import Screener
from dossier.errors import JiuzhuError
from tests.service.conftest import TEXT, person, upload


@pytest.mark.parametrize("password", ["short", "1234567890", "aaaaaaaaaaaa", "xguanli-2026"])
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        hash_password(password, login="guanli")


def test_a_password_is_kept_as_a_hash_only() -> None:
    password = random_password()
    stored = hash_password(password)
    assert password not in stored and stored.startswith("$argon2id$")
    assert check_password(stored, password)
    assert not check_password(stored, password + "x")
    assert not check_password(None, password)


def sign_in(store: Store, login: str, password: str, doormen: Doormen, address: str = "10.0.0.1") -> User | None:
    with store.begin() as session:
        return check_sign_in(session, doormen, login, password, address)


RIGHT, WRONG = "correct-horse-1", "wrong-password"


def test_five_wrong_tries_shut_one_account_for_one_address_and_for_nobody_else(lite: Store) -> None:
    person(lite, Role.LEADER, login="zhou")
    person(lite, Role.AID_OFFICER, login="he")
    doormen = Doormen()
    for _ in range(5):
        assert sign_in(lite, "zhou", WRONG, doormen) is None
    assert sign_in(lite, "zhou", RIGHT, doormen) is None
    assert sign_in(lite, "he", RIGHT, doormen) is not None  # somebody else behind the same address
    assert sign_in(lite, "zhou", RIGHT, doormen, "10.0.0.9") is not None


def test_a_try_during_a_lock_counts_for_nothing(lite: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from api.accounts import sessions

    person(lite, Role.LEADER, login="zhou")
    clock = [1000.0]
    monkeypatch.setattr(sessions.time, "monotonic", lambda: clock[0])
    doormen = Doormen()
    for _ in range(5):
        sign_in(lite, "zhou", WRONG, doormen)
    for _ in range(4):
        clock[0] += 10
        assert sign_in(lite, "zhou", RIGHT, doormen) is None
    clock[0] += 21  # a minute after the fifth
    assert sign_in(lite, "ZHOU ", RIGHT, doormen) is not None
    with lite.read() as session:
        assert session.scalars(select(User.failed_logins)).one() == 0


def test_an_account_that_many_addresses_try_is_locked_and_time_opens_it(lite: Store) -> None:
    person(lite, Role.LEADER, login="zhou")
    with lite.begin() as session:
        session.execute(update(User).values(failed_logins=19))
    assert sign_in(lite, "zhou", WRONG, Doormen(), "10.0.0.7") is None
    assert sign_in(lite, "zhou", RIGHT, Doormen()) is None
    with lite.begin() as session:
        session.execute(update(User).values(locked_until=now() - dt.timedelta(seconds=1)))
    assert sign_in(lite, "zhou", RIGHT, Doormen()) is not None


def test_an_address_has_a_bound_far_above_one_account_s(lite: Store) -> None:
    person(lite, Role.LEADER, login="zhou")
    doormen = Doormen()
    for _ in range(99):
        doormen.wrong("10.0.0.1", most=100)
    assert not doormen.refuses("10.0.0.1")
    assert sign_in(lite, "nobody", "x", doormen) is None
    assert sign_in(lite, "zhou", RIGHT, doormen) is None
    assert sign_in(lite, "zhou", RIGHT, doormen, "10.0.0.9") is not None


def test_a_session_ends_by_time_by_use_and_by_change(lite: Store) -> None:
    person(lite, Role.LEADER, login="zhou")
    user = sign_in(lite, "zhou", "correct-horse-1", Doormen())
    assert user is not None
    with lite.begin() as session:
        token = open_session(session, user).token
        assert present(session, token) is not None
        assert token not in str([row.id for row in session.scalars(select(SignIn))])
        for values in ({"expires_at": now()}, {"seen_at": now() - dt.timedelta(hours=2)}):
            session.execute(update(SignIn).values(expires_at=now() + dt.timedelta(hours=1), seen_at=now()))
            assert present(session, token) is not None
            session.execute(update(SignIn).values(**values))
            session.expire_all()
            assert present(session, token) is None
        session.execute(update(SignIn).values(expires_at=now() + dt.timedelta(hours=1), seen_at=now()))
        close_all(session, user.id)
        session.flush()
        assert present(session, token) is None


def test_a_key_opens_what_its_scopes_say_until_it_is_revoked(lite: Store) -> None:
    visitor = person(lite, Role.ADMINISTRATOR)
    with lite.begin() as session:
        key, words = make_key(session, name="办案系统", office_id=visitor.office_id, scopes=["upload"], by=visitor.id)
        found = holder(session, words)
        assert found is not None
        assert found[1].permissions == {Permission.UPLOAD}
        assert holder(session, words + "x") is None and holder(session, "jz_x") is None
        revoke(session, key.id, by=visitor.id)
        assert holder(session, words) is None
        with pytest.raises(JiuzhuError, match="权限范围"):
            make_key(session, name="x", office_id=visitor.office_id, scopes=["everything"], by=visitor.id)


def test_who_looks_after_the_system_sees_no_dossier() -> None:
    for role in (Role.ADMINISTRATOR, Role.AUDITOR):
        assert not PERMISSIONS[role] & {Permission.READ, Permission.UNMASK, Permission.ORIGINAL, Permission.UPLOAD}
    assert Permission.UNMASK not in PERMISSIONS[Role.ANNOTATOR]


def test_a_dossier_is_there_for_its_office_and_whoever_was_given_it(store: Store) -> None:
    mine = person(store, Role.AID_OFFICER)
    other = person(store, Role.AID_OFFICER, office="陇泉市人民检察院", login="other")
    dossier = upload(store, mine).dossier_id
    with store.begin() as session:
        assert require_dossier(session, mine, dossier).id == dossier
        with pytest.raises(NotFound):
            require_dossier(session, other, dossier)
        session.add(Access(dossier_id=dossier, user_id=other.id, given_by=mine.id, given_at=now()))
        session.flush()
        assert require_dossier(session, other, dossier).id == dossier


def test_a_sealed_case_needs_its_own_right(store: Store, screener: Screener) -> None:
    plain = person(store, Role.LEADER)
    trusted = person(store, Role.LEADER, login="trusted", sealed=True)
    dossier = upload(store, plain, sealed=True).dossier_id
    Worker(store, lambda: screener).run(until_idle=True)
    with store.read() as session:
        with pytest.raises(NotFound):
            require_dossier(session, plain, dossier)
        assert session.scalars(select(Lead).where(lead_visible(plain))).all() == []
        assert require_dossier(session, trusted, dossier).sealed
        assert len(session.scalars(select(Lead).where(lead_visible(trusted))).all()) == 1


def test_the_mask_covers_every_name_and_number_and_keeps_every_offset(lite: Store, screener: Screener) -> None:
    screened = screener.screen_bytes("蔺满囤被伤害案.txt", TEXT.encode(), as_of=dt.date(2026, 3, 1))
    mask = mask_of(screened.result, screened.dossier)
    shown = mask.result(screened.result)
    written = shown.model_dump_json()
    for secret in ("蔺满囤", "章水根", "140931195804021233", "13912345678", "章家坳"):
        assert secret not in written
    document = mask.document(screened.dossier.documents[0])
    assert len(document.text) == len(TEXT)
    for secret in ("蔺满囤", "章水根", "140931195804021233", "13912345678", "章家坳"):
        assert secret not in document.text
    assert "蔺某某" in document.text and "重伤二级" in document.text and "临检刑诉〔2025〕187号" in document.text
    for victim in shown.victims:
        for span in victim.mentions:
            assert document.text[span.start : span.end] == span.text


@given(st.text(alphabet="张王李一二三甲乙住址号0123456789Xx，。：市县村路 ", max_size=60))
def test_masking_keeps_the_length_of_anything(text: str) -> None:
    from api.accounts.masking import Mask

    mask = Mask({"张一": "张某"}, {})
    assert len(mask.words(text)) == len(text)


def test_people_who_would_look_alike_are_told_apart(screener: Screener) -> None:
    text = "被告人张某持刀将被害人李建国、李卫东砍伤，经鉴定，李建国为重伤二级，李卫东为轻伤一级。"
    screened = screener.screen_bytes("a.txt", text.encode(), as_of=dt.date(2026, 3, 1))
    names = mask_of(screened.result).names
    assert names["李建国"] != names["李卫东"]
    assert all(len(name) == len(shown) for name, shown in names.items())


@pytest.mark.parametrize(
    ("name", "shown"),
    [("蔺满囤.pdf", "蔺**.pdf"), ("王芳.txt", "王*.txt"), ("贺某冬故意伤害案.zip", "贺******案.zip"), ("卷", "卷")],
)
def test_before_anything_is_known_a_file_name_is_covered(name: str, shown: str) -> None:
    assert hidden_name(name) == shown


def test_seeing_without_the_mask_is_an_act_with_a_reason(store: Store, screener: Screener) -> None:
    officer, annotator = person(store, Role.AID_OFFICER), person(store, Role.ANNOTATOR)
    dossier = upload(store, officer).dossier_id
    Worker(store, lambda: screener).run(until_idle=True)
    with store.begin() as session:
        assert not is_unmasked(session, officer, dossier)
        for visitor, reason in ((annotator, "review"), (officer, "curiosity")):
            with pytest.raises(JiuzhuError):
                unmask(session, visitor, dossier, reason)
        until = unmask(session, officer, dossier, "review")
        assert dt.timedelta(minutes=25) < until - now() <= dt.timedelta(minutes=30)
        assert is_unmasked(session, officer, dossier) and not is_unmasked(session, annotator, dossier)
        acts = session.scalars(select(AuditEntry).where(AuditEntry.action == "dossier.unmask")).all()
        assert [(act.actor, act.detail) for act in acts] == [(officer.id, {"reason": "review"})]
        assert current_result(session, store, dossier) is not None
        assert session.get(DossierRow, dossier) is not None
