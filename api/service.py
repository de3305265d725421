"""What the service is made of, put together once: settings, store, screener, door.

`app.state.service` is the only thing that routes and pages take from the application.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from api.accounts.reading_log import ReadingLog
from api.accounts.sessions import Doormen
from api.inbox import Tally
from api.opened import Shelf
from api.recent import Recent
from api.settings import InvalidSetting, Settings
from api.store.opening import open_store
from api.store.store import Store
from api.wiring import Screener, build_screener, load_rules
from screening.ruleset import RuleSet

if TYPE_CHECKING:
    from api.accounts.oidc import Provider

_PULSE = 1.0  # seconds


@dataclass
class Service:
    """Attributes:
    doormen: slow down wrong tries at signing in.
    shelf: dossiers opened last, masked and plain.
    tally: counts of the inbox, a few seconds old.
    openid: the office's identity provider; None when none is set.
    readings: notes in the audit trail who read what.
    pulse: how many leads and dossiers there are, for all open inboxes of an office at once.
    """

    settings: Settings
    store: Store
    doormen: Doormen = field(default_factory=Doormen)
    shelf: Shelf = field(default_factory=Shelf)
    tally: Tally = field(init=False)
    readings: ReadingLog = field(init=False)
    pulse: Recent[dict[str, Any]] = field(default_factory=lambda: Recent(_PULSE, _PULSE))
    openid: Provider | None = None
    _screener: Screener | None = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        self.tally = Tally(self.store)
        self.readings = ReadingLog(self.store)
        self.openid = _provider(self.settings)

    @cached_property
    def rules(self) -> RuleSet:
        """For telling at once whether rules are in force on a day; a worker loads its own."""
        return load_rules(self.settings)

    @property
    def screener(self) -> Screener:
        """For short texts, screened while the caller waits; loaded when first asked for."""
        with self._lock:
            if self._screener is None:
                self._screener = build_screener(self.settings)
            return self._screener


def build_service(settings: Settings) -> Service:
    """Raises: StoreUnavailable and what `open_store` raises; InvalidSetting."""
    return Service(settings, open_store(settings))


def _provider(settings: Settings) -> Provider | None:
    if settings.oidc_issuer is None or settings.oidc_client_id is None:  # the settings refuse one without the other
        return None
    try:
        from api.accounts.oidc import Client, Provider
    except ModuleNotFoundError:
        raise InvalidSetting(
            "settings.oidc_extra",
            "设有 JIUZHU_OIDC_ISSUER，但没有安装统一身份认证所需的组件",
            "请安装 jiuzhu[oidc]，或去掉该设置",
        ) from None
    return Provider(
        Client(
            settings.oidc_issuer,
            settings.oidc_client_id,
            settings.oidc_secret(),
            settings.oidc_scopes,
            settings.oidc_login_claim,
        )
    )
