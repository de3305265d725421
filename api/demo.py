"""An empty store furnished for a demonstration: the example dossiers, an account for every role."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from api.accounts.directory import make_office, make_user
from api.accounts.passwords import random_password
from api.accounts.rights import Role
from api.store.intake import Received, receive
from api.store.store import Store

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
_PEOPLE = {
    Role.CASE_HANDLER: ("chengban", "承办检察官"),
    Role.AID_OFFICER: ("kongshen", "控申检察官"),
    Role.LEADER: ("lingdao", "部门负责人"),
    Role.ANNOTATOR: ("biaozhu", "标注员"),
    Role.AUDITOR: ("jiandu", "审计监督"),
    Role.ADMINISTRATOR: ("guanli", "系统管理员"),
}


def furnish(store: Store, examples: Path = EXAMPLES) -> list[tuple[str, str, str]]:
    """Fills the store; login, role and password of each account."""
    made = []
    with store.begin() as session:
        office = make_office(session, "演示检察院")
        for role, (login, name) in _PEOPLE.items():
            sealed = role is Role.LEADER
            _, password = make_user(
                session,
                login=login,
                name=name,
                office=office,
                roles=(role,),
                sealed_cases=sealed,
                password=random_password(),  # printed for whoever tries it out, and good as it is
                by="system",
            )
            made.append((login, name, password))
    for name, files in _dossiers(examples):
        received = [Received(path.name, store.blobs.put([path.read_bytes()])) for path in files]
        with store.begin() as session:
            receive(session, store, office_id=office.id, received_by="system", files=received, name=name)
    return made


def _dossiers(examples: Path) -> Iterator[tuple[str, list[Path]]]:
    for entry in sorted(examples.iterdir()) if examples.is_dir() else ():
        if entry.name.startswith((".", "_")) or entry.suffix in (".md", ".py", ".yaml"):
            continue
        files = [p for p in sorted(entry.rglob("*")) if p.is_file()] if entry.is_dir() else [entry]
        if files:
            yield entry.name, files
