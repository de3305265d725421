"""A PostgreSQL server of the tests' own: made in a temporary folder, without a network, gone with them."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path


def binaries() -> Path | None:
    """Where PostgreSQL's programs are, None when it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if found:
        return found[0].parent
    there = shutil.which("initdb")
    return Path(there).parent if there else None


class Cluster:
    """A running server that listens on a socket in its folder only."""

    def __init__(self, programs: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="jiuzhu-pg-"))
        self._programs = programs
        self._user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        if os.geteuid() == 0:  # the server refuses to run as root
            account = pwd.getpwnam(self._user)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        locale = ("-E", "UTF8", "--locale=C.UTF-8")
        self._run("initdb", "-D", str(self.folder / "data"), "-U", "jiuzhu", "-A", "trust", *locale)
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off -c max_connections=60"
        self._options = options
        self.start()
        self._number = 0

    def start(self) -> None:
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-l", log, "-o", self._options, "start")

    def stop(self, how: str = "immediate") -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", how, "-w", "stop")

    def database(self) -> str:
        """The address of a new, empty database."""
        self._number += 1
        name = f"t{self._number}"
        self._run("createdb", "-h", str(self.folder), "-U", "jiuzhu", name)
        return f"postgresql+psycopg://jiuzhu@/{name}?host={self.folder}"

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        if os.geteuid() == 0:
            account = pwd.getpwnam(self._user)
            command = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups", *command]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder, timeout=60, check=False)
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr[-600:]}")
