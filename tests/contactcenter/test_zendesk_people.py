"""What Zendesk's users and custom fields say of customers, and whose names are hidden where."""

import json
from datetime import date

import pytest

from insights.intake.source import WrongOption, check_options, source_named

WHEN = "2026-01-02T03:04:05Z"
TICKET = {
    "id": 7, "requester_id": 11, "assignee_id": 12, "group_id": 13, "status": "solved", "via": {"channel": "email"},
    "created_at": WHEN, "updated_at": "2026-01-03T00:00:00Z", "subject": "No signal", "description": "No signal here.",
}  # fmt: skip
USER = {"id": 11, "role": "end-user", "name": "Ana Vega", "external_id": "C-9"}


def page(**lists: object) -> bytes:
    return json.dumps(lists).encode()


def test_what_users_say_of_themselves_is_known_of_the_customer(read):
    fields = {
        "segment": "Business", "region": "North", "product": "Fiber", "customer_since": "2019-03-01",
        "annual_value": "1200.50",
    }  # fmt: skip
    [contact] = read("zendesk", page(tickets=[TICKET], users=[{**USER, "user_fields": fields}])).accepted
    customer = contact.customer
    assert (customer.segment, customer.region, customer.product) == ("Business", "North", "Fiber")
    assert (customer.customer_since, customer.annual_value) == (date(2019, 3, 1), 1200.5)
    assert customer.customer_number == "C-9"


def test_user_fields_of_other_names_are_named_by_options(read):
    fields = {
        "tier": "Gold", "segment": "old", "area": "South", "tariff": "Max", "joined": "2020-05-06T23:30:00Z",
        "arr": 9, "crm_id": "K-1",
    }  # fmt: skip
    options = {
        "segment_field": "tier", "region_field": "area", "product_field": "tariff", "customer_since_field": "joined",
        "annual_value_field": "arr", "customer_number_field": "crm_id",
    }  # fmt: skip
    content = page(tickets=[TICKET], users=[{**USER, "user_fields": fields}])
    customer = read("zendesk", content, **options).accepted[0].customer
    assert (customer.segment, customer.region, customer.product) == ("Gold", "South", "Max")
    assert (customer.customer_since, customer.annual_value) == (date(2020, 5, 6), 9)
    assert customer.customer_number == "K-1"


def test_user_fields_that_are_missing_or_wrong_are_told(read):
    users = [
        {**USER, "user_fields": {"annual_value": "much", "customer_since": "2026-02-31"}},
        {**USER, "id": 12, "user_fields": {"annual_value": -4}},
    ]
    result = read("zendesk", page(tickets=[TICKET], users=users), segment_field="tier")
    assert result.accepted[0].customer.annual_value is None
    assert result.accepted[0].customer.customer_since is None
    assert result.reading.notices[1:] == [
        "No user has the field 'tier'.",
        "customer_since of 1 users cannot be read and was left out.",
        "annual_value of 2 users cannot be read and was left out.",
    ]


def test_custom_fields_of_tickets_are_what_people_say_they_are(read):
    told = [
        {"id": 1, "value": "Priority desk"}, {"id": 2, "value": "Fiber 250"}, {"id": 3, "value": "outage"},
        {"id": 4, "value": "Gold"}, {"id": 5, "value": "Team B"}, {"id": 6, "value": "kept"},
    ]  # fmt: skip
    options = {
        "field.1": "queue", "product_field": "2", "field.3": "reason_code", "field.4": "segment", "field.5": "team",
    }  # fmt: skip
    check_options(source_named("zendesk"), options)
    [contact] = read("zendesk", page(tickets=[{**TICKET, "custom_fields": told}]), **options).accepted
    assert (contact.queue, contact.product, contact.team) == ("Priority desk", "Fiber 250", "Team B")
    assert (contact.contact.reason_code, contact.customer.segment) == ("outage", "Gold")
    assert {name for name in contact.attributes if name.startswith("field_")} == {"field_6"}
    with pytest.raises(WrongOption, match=r"field\.1 is 'mood'"):
        check_options(source_named("zendesk"), {"field.1": "mood"})


def test_names_of_the_customer_and_of_the_agents_reach_every_part(read):
    users = [USER, {"id": 12, "role": "agent", "name": "Bo Lind"}, {"id": 14, "role": "agent", "name": "Kim Ode"}]
    comment = {"id": 1, "author_id": 14, "public": True, "plain_body": "Hi Ana, Kim here.", "created_at": WHEN}
    inside = read("zendesk", page(tickets=[{**TICKET, "comments": [comment]}], users=users)).accepted
    assert [set(record.customer.names) for record in inside] == [
        {"Ana Vega", "Bo Lind"},
        {"Ana Vega", "Bo Lind", "Kim Ode"},
    ]
    beside = read("zendesk", page(tickets=[TICKET], comments=[{**comment, "ticket_id": 7}], users=users)).accepted
    assert set(beside[1].customer.names) == {"Ana Vega", "Kim Ode"}
