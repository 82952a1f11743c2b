"""Standing connections: their secrets, sealed each under its own context, and switching them on and off."""

import json
from collections.abc import Mapping

from insights.intake.sealing import CONNECTION, seal, unseal
from insights.models import Connection


def sealed_secrets(connection: Connection, secrets: Mapping[str, str]) -> bytes:
    """Return the secrets as they are kept: readable only under our key, and only as this connection's."""
    return seal(json.dumps(dict(secrets)).encode(), connection.pk.bytes, CONNECTION)


def secrets_of(connection: Connection) -> dict[str, str]:
    """Return the secrets of a connection, none where it has none. Raises SealBroken."""
    sealed = bytes(connection.secrets)
    if not sealed:
        return {}
    told: dict[str, str] = json.loads(unseal(sealed, connection.pk.bytes, CONNECTION))
    return told


def switch(connection: Connection, *, on: bool) -> None:
    """Switch a connection on or off. What it brought stays; what failed before is forgotten when it is switched on."""
    changes = {"is_active": on, **({"failures": 0, "error": ""} if on else {})}
    Connection.objects.filter(pk=connection.pk).update(**changes)
