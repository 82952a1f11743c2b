"""On which platforms the embedded servers have a build, and what to do on the others."""

from __future__ import annotations

import os
import platform
import sys
import sysconfig
from collections.abc import Mapping

from cxhub.launcher.messages import LaunchError

_MACHINES = {"x86_64", "amd64", "aarch64", "arm64"}
_DATABASE = (
    "PostgreSQL 18 (for example 'apk add postgresql18' or the image postgres:18), then set "
    "DATABASE_URL=postgresql://user:password@host:5432/cxhub"
)
_BROKER = (
    "Valkey 8 or Redis 7 (for example 'apk add valkey' or the image valkey/valkey:8), then set "
    "CELERY_BROKER_URL=redis://:password@host:6379/0"
)


def has_builds() -> bool:
    """Say whether both embedded servers have a wheel for this system: Linux with glibc, and macOS."""
    if platform.machine().lower() not in _MACHINES:
        return False
    if sys.platform == "darwin":
        return True
    host = str(sysconfig.get_config_var("HOST_GNU_TYPE") or "")
    return sys.platform == "linux" and "musl" not in host


def needs_embedded(environment: Mapping[str, str] = os.environ) -> bool:
    """Say whether any embedded server is wanted: a service whose address is given is never started."""
    return not (environment.get("DATABASE_URL") and environment.get("CELERY_BROKER_URL"))


def check_platform(environment: Mapping[str, str] = os.environ) -> None:
    """Raise LaunchError, with what to install and set, if a wanted embedded server has no build for this system."""
    if sys.platform == "win32":
        raise LaunchError(
            "cxhub's processes do not run on Windows itself. Use WSL 2 ('wsl --install', then this command inside it), "
            "or Docker Desktop ('docker compose up')."
        )
    if has_builds() or not needs_embedded(environment):
        return
    wanted = []
    if not environment.get("DATABASE_URL"):
        wanted.append(_DATABASE)
    if not environment.get("CELERY_BROKER_URL"):
        wanted.append(_BROKER)
    raise LaunchError(
        f"The embedded servers have no build for this system ({sys.platform}, {platform.machine()}, "
        f"{sysconfig.get_config_var('HOST_GNU_TYPE') or 'unknown C library'}). Install " + "\nand ".join(wanted)
    )
