"""A service beside an identity provider, both real servers of this process, and people who come in through them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select

from api.accounts.directory import make_office, make_user
from api.accounts.openid import allow_openid
from api.accounts.rights import Role
from api.accounts.sessions import Doormen
from api.app import create_app
from api.service import Service, build_service
from api.settings import Settings
from api.store.tables import AuditEntry, User
from tests.service.openid_provider import CLIENT, SECRET, OpenIdProvider, running, running_provider
from tests.service.site import OFFICE, PASSWORD

PEOPLE = ("zhou", "wen", "bai")  # all leaders; `bai` may not come in through the provider


@dataclass
class OpenIdSite:
    service: Service
    provider: OpenIdProvider
    address: str

    def as_it_was(self) -> None:
        """Everybody but one may come in through the provider, nobody is bound or waits, and the provider behaves."""
        with self.service.store.begin() as session:
            for user in session.scalars(select(User)):
                user.active, user.failed_logins, user.locked_until = True, 0, None
                allow_openid(session, user, user.login != "bai", by="system")
        self.service.doormen = Doormen()
        provider = self.provider
        provider.claims = {"sub": "0042", "preferred_username": "zhou"}
        provider.bend, provider.forge, provider.refuse = (lambda claims: claims), None, False
        provider.broken, provider.hangs, provider.left = "", 0, None
        self.provider_says()

    def provider_says(self, **words: Any) -> None:
        """What the provider tells of itself, from now on and not as it was remembered."""
        self.provider.says = words
        known: dict[str, Any] = self.service.openid._known  # type: ignore[union-attr]
        known.pop(f"{self.provider.address}/.well-known/openid-configuration", None)

    def browser(self, **more: Any) -> httpx.Client:
        return httpx.Client(base_url=self.address, timeout=20, **more)

    def come_in(self, next: str = "/account") -> httpx.Response:
        """What the browser gets that comes back from the provider."""
        with self.browser(follow_redirects=True) as browser:
            return browser.get("/sign-in/openid", params={"next": next})

    def user(self, login: str) -> User:
        with self.service.store.read() as session:
            return session.scalars(select(User).where(User.login == login)).one()

    def refusals(self) -> list[dict[str, Any]]:
        """From the audit trail, oldest first."""
        with self.service.store.read() as session:
            query = select(AuditEntry).where(AuditEntry.action == "account.sign_in_refused").order_by(AuditEntry.seq)
            return [{"actor": row.actor, **row.detail} for row in session.scalars(query)]


def is_in(answer: httpx.Response) -> bool:
    return any(name.startswith("jiuzhu=") for name in answer.headers.get_list("set-cookie"))


@contextmanager
def openid_site(folder: Path, provider_host: str = "127.0.0.1", **settings: Any) -> Iterator[OpenIdSite]:
    """Both servers over an empty store in a folder."""
    with running_provider(provider_host) as provider:
        told = {"oidc_issuer": provider.address, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET, **settings}
        chosen = Settings(data_dir=folder, cache_dir=None, ocr="off", model="off", oidc_label="检务通", **told)
        service = build_service(chosen)
        with service.store.begin() as session:
            office = make_office(session, OFFICE)
            for login in PEOPLE:
                roles = (Role.LEADER,)
                make_user(session, login=login, name=login, office=office, roles=roles, password=PASSWORD, by="system")
        with running(create_app(service)) as address:
            site = OpenIdSite(service, provider, address)
            site.as_it_was()
            yield site
        service.store.engine.dispose()
