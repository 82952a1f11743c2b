"""Rows by COPY: what goes in comes out, whatever marks the texts hold."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DataError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from psycopg.types.json import Jsonb

from insights.intake.copying import array_of, copy_rows, staged
from insights.models.keys import new_key

pytestmark = pytest.mark.django_db
TEXTS = st.one_of(
    st.text(st.sampled_from("\\\t\n\rNab \x01\x1a'\"{},ä€"), max_size=8),
    st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
    st.sampled_from(["\\N", "\\.", "\\\\N", "", "NULL", "\\x41"]),
)
MOMENTS = st.datetimes(datetime(1900, 1, 2), datetime(2199, 1, 1)).map(lambda one: one.replace(tzinfo=UTC, fold=0))  # noqa: DTZ001
COLUMNS = ("told", "maybe", "number", "moment", "truth")


@pytest.fixture
def table():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE told (told text)")
    yield "told"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE told")


class WhatGoesIn(TestCase):
    """Comes out."""

    def setUp(self):
        """Make a table of several kinds of value."""
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMPORARY TABLE told (told text, maybe text, number float8, moment timestamptz, truth bool)"
                " ON COMMIT DROP"
            )

    @settings(max_examples=40, deadline=None)
    @given(
        st.lists(
            st.tuples(
                TEXTS,
                st.none() | TEXTS,
                st.none() | st.floats(allow_nan=False) | st.integers(-10, 10),
                MOMENTS,
                st.none() | st.booleans(),
            ),
            max_size=5,
        )
    )
    def test_what_goes_in_comes_out(self, rows):
        """Whatever marks the texts hold."""
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE told")
            copy_rows("told", COLUMNS, rows)
            cursor.execute(f"SELECT {', '.join(COLUMNS)} FROM told")
            assert sorted(map(repr, cursor.fetchall())) == sorted(
                repr((*row[:2], None if row[2] is None else float(row[2]), *row[3:])) for row in rows
            )


def test_keys_days_and_amounts_and_what_only_psycopg_knows_go_in(table):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE told ADD key uuid, ADD day date, ADD worth numeric, ADD more jsonb")
        key = new_key()
        columns = ("told", "key", "day", "worth", "more")
        copy_rows(table, columns, [("a\tb", key, date(2026, 1, 2), Decimal("1.50"), Jsonb({"a": "\n"}))])
        copy_rows(table, columns[:4], [("c", key, date(2026, 1, 2), Decimal("1.50"))])
        cursor.execute("SELECT told, key, day, worth, more ->> 'a' FROM told ORDER BY told")
        same = (key, date(2026, 1, 2), Decimal("1.50"))
        assert cursor.fetchall() == [("a\tb", *same, "\n"), ("c", *same, None)]


def test_a_text_that_no_database_holds_is_refused(table):
    with pytest.raises(DataError), transaction.atomic():
        copy_rows(table, ("told",), [("a\x00b",)])


def test_keys_go_as_one_text():
    keys = [new_key(), new_key()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(%s::uuid[])", [array_of(keys)])
        assert [row[0] for row in cursor.fetchall()] == keys
        cursor.execute("SELECT %s::text[]", [array_of([])])
        assert cursor.fetchone() == ([],)


def test_a_stage_is_filled_and_gone():
    with staged("insights_score", ("question", "value"), [("a\\b", 1.5)]) as stage, connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {stage}")
        assert cursor.fetchall() == [("a\\b", 1.5)]
    assert stage not in connection.introspection.table_names()
