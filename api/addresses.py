"""Which addresses are believed: of this service, to go on to; of the identity provider, to send secrets to.

In: an address as it was written by somebody else. Out: whether, or where, to go. Nothing is fetched here.
"""

from __future__ import annotations

import ipaddress
import unicodedata
from urllib.parse import urlsplit

LONGEST = 1000  # bytes; a search for a hundred Chinese characters, as an address writes them, fits


def inside(address: str) -> str:
    """The address when it lies in this service, else `/`.

    A browser takes `\\` for `/` and leaves out tabs and line breaks, so that `/<tab>/host` leads to another host.
    """
    good = (
        address.startswith("/")
        and not address.startswith("//")
        and "\\" not in address
        and not any(unicodedata.category(char).startswith("C") for char in address)
        and len(address.encode()) <= LONGEST
    )
    return address if good else "/"


def is_protected(address: str) -> bool:
    """Whether nobody on the way reads what is sent there: https, or this machine itself."""
    if not address.isascii() or any(char <= " " or char == "\x7f" for char in address):
        return False
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(host))


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
