"""Keys that sort by the time they were made (UUIDv7, RFC 9562)."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_key() -> UUID:
    """Return a new UUIDv7: it begins with the milliseconds since 1970, so neighbours in time are neighbours on disk."""
    return uuid7()
