"""A proved call of a webhook into its place: the raw file, then its digest, delivery and health in one statement."""

import io
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DataError, IntegrityError
from django.db import connection as database

from insights.intake.raw import Kept, forget, keep
from insights.models import Connection, Delivery

_FIELDS = Delivery._meta.concrete_fields
_COLUMNS = ", ".join(f'"{one.column}"' for one in _FIELDS)
_TAKE = f"""
    WITH called AS (
        INSERT INTO insights_hookcall (connection_id, digest, received_at) VALUES (%s, %s, %s)
        ON CONFLICT (connection_id, digest) DO NOTHING RETURNING id
    ), delivered AS (
        INSERT INTO insights_delivery ({_COLUMNS})
        SELECT {", ".join(["%s"] * len(_FIELDS))} FROM called RETURNING id
    ), told AS (
        UPDATE insights_connection SET tried_at = %s, failures = 0, error = '',
            delivered_at = CASE WHEN EXISTS (SELECT FROM delivered) THEN %s ELSE delivered_at END
        WHERE id = %s
    ) SELECT id FROM delivered
"""  # noqa: S608  # our own column names


def taken(connection: Connection, body: bytes, digest: str, now: datetime) -> UUID | None:
    """Keep a call that was not taken before; returns its delivery, which waits to be read, or None. Raises TooLarge.

    A vendor waits meanwhile: one statement is one way to the database and back, and one commit. The file comes first,
    so that whatever is told of in the database is there; a kill between the two leaves a file that the sweeping finds.
    The same call at the same time waits for the other, and is then old.
    """
    kept = keep(io.BytesIO(body))
    try:
        delivery = _written(connection, kept, digest, now)
    except (IntegrityError, DataError):  # it was refused for certain: nothing refers to the file
        forget(kept.name)
        raise
    if delivery is None:
        forget(kept.name)
    return delivery


def _written(connection: Connection, kept: Kept, digest: str, now: datetime) -> UUID | None:
    delivery = Delivery(
        source=connection.source,
        account=connection.account,
        origin=Delivery.Origin.WEBHOOK,
        connection=connection,
        options=dict(connection.options.get("options") or {}),
        size_bytes=kept.size_bytes,
        sha256=kept.sha256,
        raw_name=kept.name,
    )
    values: list[Any] = [one.get_db_prep_save(one.pre_save(delivery, add=True), database) for one in _FIELDS]
    with database.cursor() as cursor:
        cursor.execute(_TAKE, [connection.pk, digest, now, *values, now, now, connection.pk])
        row = cursor.fetchone()
    return row[0] if row else None
