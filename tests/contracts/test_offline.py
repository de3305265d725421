"""A dossier is screened with the network blocked: nothing at run time asks for a connection."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contracts.source_tree import ROOT

TEXT = "起诉书\n被告人温某将被害人杭某(女,1950年3月2日出生)打伤。经鉴定,杭某的损伤程度为重伤二级。温某未赔偿。\n"

# Every way in which Python code reaches the network ends in one of these. Unix sockets stay open: pools use them.
BLOCK = """
import socket, sys
def refused(*arguments, **options):
    sys.stderr.write("NETWORK TOUCHED\\n")
    raise OSError("the network is blocked")
_connect = socket.socket.connect
def connect(self, address):
    return _connect(self, address) if self.family == getattr(socket, "AF_UNIX", None) else refused()
socket.socket.connect = connect
socket.socket.connect_ex = connect
socket.getaddrinfo = socket.gethostbyname = socket.create_connection = refused
"""
RUN = BLOCK + "from api.cli import main\nmain()\n"


def _screen_blocked(path: Path, *prefix: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*prefix, sys.executable, "-X", "utf8", "-c", RUN, "screen", str(path), "--format", "json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )


def _check(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stderr[-2000:]
    assert "NETWORK TOUCHED" not in done.stderr
    victims = json.loads(done.stdout.splitlines()[0])["victims"]
    assert [victim["name"] for victim in victims] == ["杭某"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    dossier = tmp_path / "温某案"
    dossier.mkdir()
    (dossier / "起诉书.txt").write_text(TEXT, encoding="utf-8")
    return dossier


def test_text_is_screened_without_a_network(folder: Path) -> None:
    _check(_screen_blocked(folder))


def test_text_is_screened_in_an_empty_network_namespace(folder: Path) -> None:
    unshare = shutil.which("unshare")
    if not unshare or subprocess.run([unshare, "-rn", "true"], capture_output=True).returncode:
        pytest.skip("this machine lets no process have a network namespace of its own")
    _check(_screen_blocked(folder, unshare, "-rn"))


@pytest.mark.slow
def test_scan_is_recognized_without_a_network(folder: Path) -> None:
    """The reader of images brings its models along; a missing one would be fetched, and that must not happen."""
    pytest.importorskip("rapidocr")
    from PIL import Image, ImageDraw, ImageFont

    fonts = [*Path("/usr/share/fonts").rglob("*CJK*egular*"), *Path("/usr/share/fonts").rglob("wqy*")]
    if not fonts:
        pytest.skip("no Chinese font to draw a scan with")
    page = Image.new("RGB", (900, 200), "white")
    font = ImageFont.truetype(str(fonts[0]), 32)
    ImageDraw.Draw(page).text((40, 60), "证人秦某证言:当天我在家,没有出门。", font=font, fill="black")
    page.save(folder / "证言.png")
    done = _screen_blocked(folder)
    _check(done)
    documents = json.loads(done.stdout.splitlines()[0])["dossier"]["documents"]
    assert any(document["chars"] > 5 for document in documents if document["name"].endswith(".png"))


def test_the_block_really_blocks() -> None:
    program = BLOCK + "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:9/')\n"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert "NETWORK TOUCHED" in done.stderr
