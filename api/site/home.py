"""Where a visitor's work is: what opens after signing in, and behind the name of the product."""

from __future__ import annotations

from api.accounts.rights import Permission, Visitor
from api.addresses import inside

_P = Permission
# the first whose permissions a visitor has; reading alone comes late, for an annotator reads to annotate
_HOMES = (
    ({_P.READ, _P.DECIDE}, "/"),
    ({_P.READ, _P.UPLOAD}, "/"),
    ({_P.READ, _P.ANNOTATE}, "/annotate"),
    ({_P.READ}, "/"),
    ({_P.MANAGE}, "/admin"),
    ({_P.AUDIT}, "/audit"),
    ({_P.FIGURES}, "/statistics"),
)


def home_of(visitor: Visitor) -> str:
    """Where this visitor begins."""
    return next((address for needed, address in _HOMES if needed <= visitor.permissions), "/account")


def after_sign_in(visitor: Visitor, wanted: str) -> str:
    """The page that was asked for before signing in; without one, where the visitor's work is."""
    address = inside(wanted)
    return home_of(visitor) if address == "/" else address
