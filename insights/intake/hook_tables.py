"""Tables of webhooks: a vendor's hook is words, and a function only where it proves itself like no other."""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from insights.intake.signatures import ADDRESS, BASIC, SHARED_HEADER, STANDARD_WEBHOOKS, Hook, Scheme

_OF_ALL: Final = {scheme.key: scheme for scheme in (SHARED_HEADER, STANDARD_WEBHOOKS, BASIC, ADDRESS)}
_FUNCTIONS: Final = frozenset({"signs", "key_of", "kept"})


def hooks_in(table: Path, functions: Mapping[str, Callable[..., bytes]]) -> dict[str, Hook]:
    """Return the hooks that `table` (TOML) declares, by the source they feed; it names the `functions` it needs."""
    told = tomllib.loads(table.read_text(encoding="utf-8"))

    def members(one: Mapping[str, Any]) -> dict[str, Any]:
        named = {name: functions[value] if name in _FUNCTIONS else value for name, value in one.items()}
        return {name: tuple(value) if isinstance(value, list) else value for name, value in named.items()}

    schemes = _OF_ALL | {key: Scheme(key=key, **members(one)) for key, one in told["scheme"].items()}
    return {
        key: Hook(**{**members(one), "schemes": tuple(schemes[name] for name in one["schemes"])})
        for key, one in told["hook"].items()
    }
