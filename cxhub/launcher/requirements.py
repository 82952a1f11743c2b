"""The hash-locked requirement files: what they pin for this interpreter, and whether it is installed."""

from __future__ import annotations

import hashlib
import platform
import re
import sys
from importlib import metadata
from pathlib import Path

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)\s*(?:;(?P<marker>[^\\]*))?")
_COMPARISON = re.compile(r"^(?P<left>\w+)\s*(?P<sign>==|!=|<=|>=|<|>)\s*['\"](?P<right>[^'\"]*)['\"]$")


def marker_values() -> dict[str, str]:
    """Return the values of the environment markers that the locked files use."""
    return {
        "python_version": ".".join(platform.python_version_tuple()[:2]),
        "python_full_version": platform.python_version(),
        "sys_platform": sys.platform,
        "platform_system": platform.system(),
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "implementation_name": sys.implementation.name,
    }


def _version_key(text: str) -> tuple[int, ...]:
    numbers = [int(number) for number in re.findall(r"\d+", text)[:3]]
    return tuple(numbers + [0] * (3 - len(numbers)))


def _comparison_holds(text: str, values: dict[str, str]) -> bool:
    match = _COMPARISON.match(text.strip())
    if match is None or match["left"] not in values:
        raise ValueError(f"cannot read the marker '{text.strip()}'")
    left, sign, right = values[match["left"]], match["sign"], match["right"]
    if sign == "==":
        return left == right
    if sign == "!=":
        return left != right
    low, high = _version_key(left), _version_key(right)
    return {"<": low < high, "<=": low <= high, ">": low > high, ">=": low >= high}[sign]


def marker_holds(marker: str, values: dict[str, str]) -> bool:
    """Evaluate a marker of `and` and `or` without parentheses, which is all that the lock writes.

    Raises ValueError for anything else, so that a lock of another shape is noticed.
    """
    alternatives = re.split(r"\s+or\s+", marker.strip())
    outcomes = [
        [_comparison_holds(part, values) for part in re.split(r"\s+and\s+", alternative)]
        for alternative in alternatives
    ]
    return any(all(parts) for parts in outcomes)


def pins(text: str, values: dict[str, str] | None = None) -> dict[str, str]:
    """Return name → version of every pin of a requirement file that applies to this interpreter."""
    values = values or marker_values()
    found = {}
    for line in text.splitlines():
        match = _PIN.match(line)
        if match and (not match["marker"] or marker_holds(match["marker"], values)):
            found[match["name"]] = match["version"]
    return found


def missing(files: list[Path]) -> list[str]:
    """Return the pins of these files that the running interpreter does not have, as `name==version`."""
    wanted: dict[str, str] = {}
    for file in files:
        wanted.update(pins(file.read_text(encoding="utf-8")))
    return [f"{name}=={version}" for name, version in wanted.items() if _installed_version(name) != version]


def _installed_version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def fingerprint(file: Path) -> str:
    """Return the digest of a requirement file, which the environment's stamp is compared with."""
    return hashlib.sha256(file.read_bytes()).hexdigest()
