"""What help desks mean by their words: Intercom, Freshdesk, Salesforce."""

import json

import pytest


def part(number, seconds, author, body, **more):
    told = {"id": number, "part_type": "comment", "body": body, "created_at": 1_700_000_000 + seconds}
    return {**told, "author": {"type": author, "id": "x"}, **more}


INTERCOM = {
    "id": "42", "created_at": 1_700_000_000, "updated_at": 1_700_000_500, "state": "closed",
    "source": {"type": "email", "delivered_as": "customer_initiated", "body": "<p>No <b>signal</b></p>",
               "author": {"type": "user", "id": "u1", "email": "ana@example.com"}},
    "contacts": {"contacts": [{"id": "c1", "external_id": "K-7"}]},
    "conversation_parts": {"conversation_parts": [
        part(1, 60, "admin", "<p>Restart it</p>"),
        part(2, 70, "admin", "<p>angry one</p>", part_type="note"),
        part(3, 80, "user", "gone", redacted=True),
        part(4, 5, "bot", "Hello!")]},
    "statistics": {"time_to_admin_reply": 60, "count_reopens": 1, "count_assignments": 3},
    "conversation_rating": {"rating": 2, "remark": "slow", "created_at": 1_700_000_400, "teammate": {"id": 9}},
}  # fmt: skip


def test_a_conversation_keeps_what_was_said_and_leaves_notes_and_redacted_parts_out(read):
    contact, rating = read("intercom", json.dumps(INTERCOM).encode()).accepted
    assert [(turn.speaker, turn.text, turn.offset_seconds) for turn in contact.turns] == [
        ("CUSTOMER", "No signal", 0.0), ("AGENT", "Restart it", 60.0), ("BOT", "Hello!", 5.0),
    ]  # fmt: skip
    facts = contact.contact
    assert (facts.direction, facts.company_says_solved, facts.was_answered) == ("INBOUND", True, True)
    assert (facts.transfers, facts.was_reopened, facts.first_response_seconds) == (2, True, 60.0)
    assert (contact.channel, contact.customer.vendor_ids, contact.customer.customer_number) == ("EMAIL", ("c1",), "K-7")
    assert (rating.kind, rating.text, rating.agent, rating.about.source_id) == ("SURVEY", "slow", "9", "42")
    assert [(score.measure, score.value, score.scale_maximum) for score in rating.scores] == [("CSAT", 2.0, 5)]


def test_a_webhook_carries_a_conversation(read):
    hook = {"type": "notification_event", "topic": "conversation.rating.added", "data": {"item": INTERCOM}}
    assert [one.kind for one in read("intercom", json.dumps(hook).encode()).accepted] == ["CONTACT", "SURVEY"]


def test_a_ticket_opens_with_its_description(read):
    ticket = {
        "type": "ticket", "id": "9", "created_at": 1_700_000_000, "updated_at": 1_700_000_500, "admin_assignee_id": "5",
        "ticket_attributes": {"_default_title_": "Bill", "_default_description_": "Too high", "plan": "XL"},
        "ticket_state": {"category": "resolved"}, "contacts": {"contacts": [{"id": "c1"}]},
        "ticket_parts": {"ticket_parts": [part(1, 60, "admin", "Credited")]},
    }  # fmt: skip
    [contact] = read("intercom", json.dumps({"type": "ticket.list", "tickets": [ticket]}).encode()).accepted
    assert (contact.source_id, contact.title, contact.agent) == ("ticket:9", "Bill", "5")
    assert [turn.text for turn in contact.turns] == ["Too high", "Credited"]
    assert (contact.contact.company_says_solved, contact.attributes["field_plan"]) == (True, "XL")


def test_a_rating_off_the_scale_is_set_aside(read):
    told = {**INTERCOM, "conversation_rating": {"rating": 9}}
    assert read("intercom", json.dumps(told).encode()).bad == ["The rating is 9, which is none of 1 to 5."]


def test_a_warehouse_keeps_digests_where_words_were(read, sample):
    result = read("intercom_warehouse", sample("intercom_warehouse/fivetran_conversation_history_data.csv"))
    assert {one.source_id: len(one.turns) for one in result.accepted} == {"156643300001311": 0, "156643300001372": 0}
    assert all(one.contact.company_says_solved for one in result.accepted)


@pytest.mark.parametrize(("code", "value"), [(103, 7.0), (100, 4.0), (-101, 3.0), (-103, 1.0)])
def test_a_freshdesk_rating_is_one_of_seven_steps(code, value, read):
    told = {"id": 1, "survey_id": 2, "user_id": 3, "agent_id": 4, "ticket_id": 7, "feedback": "ok",
            "ratings": {"default_question": code}, "created_at": "2026-01-02T03:04:05Z"}  # fmt: skip
    [answer] = read("freshdesk", json.dumps([told]).encode()).accepted
    assert (answer.scores[0].value, answer.about.source_id, answer.text) == (value, "7", "ok")


def test_a_freshdesk_search_is_a_page_of_tickets(read, sample):
    ticket = json.loads(sample("freshdesk/ticket_1.json"))
    result = read(
        "freshdesk", json.dumps({"total": 2, "results": [ticket, {**ticket, "id": 2, "spam": True}]}).encode()
    )
    assert (len(result.accepted), result.excluded, result.bad) == (1, ["Spam"], [])


def test_a_freshdesk_ticket_tells_outcome_and_times(read, sample):
    [ticket] = read("freshdesk", sample("freshdesk/ticket_1.json")).accepted
    assert (ticket.contact.company_says_solved, ticket.contact.was_escalated, ticket.channel) == (False, True, "WEB")
    assert ticket.customer.email == "dummyname@example.com"


CASES = (
    "Id,CaseNumber,CreatedDate,SystemModstamp,Status,Origin,Subject,Description,IsClosed,IsEscalated,OwnerId,SSN__c\n"
)


def test_a_short_case_id_becomes_the_long_one(read):
    row = "500Nq00000CBxte,00001046,2024-07-11T21:22:07.000+0000,,Closed,Phone,Hi,<p>Help</p>,1,,005X,000-11-2222\n"
    [case] = read("salesforce_case_csv", (CASES + row).encode()).accepted
    assert case.source_id == "500Nq00000CBxteIAD"
    assert (case.channel, case.agent, case.queue, case.turns[0].text) == ("VOICE", "005X", "", "Help")
    assert (case.contact.company_says_solved, case.contact.was_escalated) == (True, False)
    assert "000-11-2222" not in repr(case)


def test_an_id_of_another_object_is_set_aside(read):
    row = "003Nq00000CBxteIAD,1,2024-07-11T21:22:07.000+0000,,New,Web,Hi,,,,00G1,\n"
    assert "no id of a case" in read("salesforce_case_csv", (CASES + row).encode()).bad[0]
