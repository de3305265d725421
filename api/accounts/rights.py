"""Roles, what each may do, and who is asking.

Rights are a table from role to permissions, read by every route and page; what a visitor may see of one dossier also
depends on office, on access given to that dossier, and on the seal of minors' cases (`api.accounts.visibility`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    CASE_HANDLER = "case_handler"  # 办案检察官: uploads and reads the dossiers of the office
    AID_OFFICER = "aid_officer"  # 控告申诉检察: reads leads and decides
    LEADER = "leader"  # 院领导、部门负责人: everything an aid officer does, and grants access
    ANNOTATOR = "annotator"  # 标注员: reads for the corpus, masked
    AUDITOR = "auditor"  # 监督: the audit trail and figures, no dossier text
    ADMINISTRATOR = "administrator"  # 系统管理员: accounts and settings, no dossier text


class Permission(StrEnum):
    UPLOAD = "upload"
    READ = "read"  # dossier text, evidence, leads
    UNMASK = "unmask"  # names and numbers, each time recorded
    ORIGINAL = "original"  # download what was uploaded
    DECIDE = "decide"
    CORRECT = "correct"
    LETTER = "letter"
    RESCREEN = "rescreen"
    GRANT = "grant"  # access to a dossier, the seal of a minor's case, the handler
    DELETE = "delete"
    FIGURES = "figures"  # statistics and the recall ledger's estimate
    RECALL = "recall"  # check drawn dossiers
    ANNOTATE = "annotate"  # answer what the queue of annotation asks
    CORPUS = "corpus"  # take gold out
    AUDIT = "audit"
    MANAGE = "manage"  # users, keys, hooks, retention, versions, jobs


_P = Permission
PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.CASE_HANDLER: frozenset({_P.UPLOAD, _P.READ, _P.UNMASK, _P.ORIGINAL, _P.CORRECT, _P.RESCREEN}),
        Role.AID_OFFICER: frozenset(
            {_P.UPLOAD, _P.READ, _P.UNMASK, _P.ORIGINAL, _P.DECIDE, _P.CORRECT, _P.LETTER, _P.RESCREEN, _P.FIGURES}
            | {_P.RECALL}
        ),
        Role.LEADER: frozenset(
            {_P.UPLOAD, _P.READ, _P.UNMASK, _P.ORIGINAL, _P.DECIDE, _P.CORRECT, _P.LETTER, _P.RESCREEN, _P.FIGURES}
            | {_P.RECALL, _P.GRANT, _P.DELETE, _P.ANNOTATE, _P.CORPUS}
        ),
        Role.ANNOTATOR: frozenset({_P.READ, _P.CORRECT, _P.ANNOTATE}),
        Role.AUDITOR: frozenset({_P.AUDIT, _P.FIGURES}),
        Role.ADMINISTRATOR: frozenset({_P.MANAGE, _P.AUDIT}),
    }
)
# what an API key may be given
SCOPES: Mapping[str, frozenset[Permission]] = MappingProxyType(
    {
        "upload": frozenset({_P.UPLOAD}),
        "read": frozenset({_P.READ}),
        "decide": frozenset({_P.READ, _P.DECIDE, _P.CORRECT}),
        "figures": frozenset({_P.FIGURES}),
    }
)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is asking: an account or an API key.

    Attributes:
        id: of the account or key; what the audit trail and uploads name.
        kind: `user` or `key`.
        office_id: whose dossiers it may see.
        permissions: the union over its roles or scopes.
        sealed_cases: may see the sealed cases of minors.
        given: may have been given dossiers of other offices; false when there are none, which spares every query
            the look.
        must_change: signed in with a password that somebody else made; nothing but another one is open.
    """

    id: str
    kind: str
    name: str
    office_id: str
    roles: tuple[Role, ...]
    permissions: frozenset[Permission]
    sealed_cases: bool = False
    given: bool = True
    must_change: bool = False

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions


def permissions_of(roles: tuple[Role, ...]) -> frozenset[Permission]:
    return frozenset(permission for role in roles for permission in PERMISSIONS[role])
