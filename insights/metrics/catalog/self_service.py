"""Whether self-service was enough: sessions of bots and phone menus after which nobody turned to a person."""

from datetime import timedelta

import ibis
import ibis.expr.types as ir

from insights.mart.schema import SELF_SERVICE, SESSION
from insights.metrics.catalog.contact_center import is_contact
from insights.metrics.definition import Metric, Rows

WINDOW_HOURS = ("24", "1", "4", "72", "168")


def _window_seconds(rows: Rows) -> float:
    return timedelta(hours=int(rows.asked["window_hours"])).total_seconds()


def _is_session(rows: Rows) -> ir.Value:
    return (rows.kind == SESSION) | (is_contact(rows) & rows.channel.isin(SELF_SERVICE))


def _is_of_known_customer(rows: Rows) -> ir.Value:
    return _is_session(rows) & rows.customer.notnull()


def _is_old_enough(rows: Rows) -> ir.Value:
    window = ibis.interval(seconds=int(_window_seconds(rows)))
    return (rows.occurred_at <= rows.horizon - window).fill_null(False)


METRICS: tuple[Metric, ...] = (
    Metric(
        key="containment_rate",
        label="Containment",
        meaning="The share of self-service sessions that were enough: nobody had to be asked after them.",
        formula=(
            "sessions of bots and phone menus that were not handed to a person, and whose customer did not contact one "
            "within the window / sessions of known customers that are at least as old as the window x 100"
        ),
        kind="SHARE",
        unit="PERCENT",
        better="HIGHER",
        side="CONTACTS",
        base=_is_session,
        known=lambda rows: _is_of_known_customer(rows) & _is_old_enough(rows),
        waiting=lambda rows: _is_of_known_customer(rows) & ~_is_old_enough(rows),
        numerator=lambda rows: rows.seconds_to_person.fill_null(float("inf")) > _window_seconds(rows),
        parameters={"window_hours": WINDOW_HOURS},
        doubt="Who gave up, or asked a person about something else, looks like the contrary of what happened.",
    ),
)
