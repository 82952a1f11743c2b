"""What vendors really send, signed as they sign: through the address and the source into facts."""

import base64
import hmac
import json
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from insights.intake import hooks
from insights.intake.delivery import read
from insights.models import Connection, Delivery, Feedback, JourneyEvent

pytestmark = pytest.mark.django_db
SECRET = "the secret of both sides"


def mac(digest, signed, secret=SECRET):
    return hmac.new(secret.encode(), signed, digest).digest()


def b64(raw):
    return base64.b64encode(raw).decode()


def typeform(body):
    return {"Typeform-Signature": "sha256=" + b64(mac("sha256", body))}


def formbricks(body):
    stamp = str(int(timezone.now().timestamp()))
    signed = f"msg_1.{stamp}.".encode() + body
    signature = "v1," + b64(mac("sha256", signed))  # the secret is given as base64 and signs as what that holds
    return {"webhook-id": "msg_1", "webhook-timestamp": stamp, "webhook-signature": signature}


def zendesk(body):
    stamp = timezone.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "X-Zendesk-Webhook-Signature": b64(mac("sha256", stamp.encode() + body)),
        "X-Zendesk-Webhook-Signature-Timestamp": stamp,
    }


def intercom(body):
    return {"X-Hub-Signature": "sha1=" + mac("sha1", body).hex()}


def delighted(body):
    return {"X-Delighted-Webhook-Signature": "sha256=" + mac("sha256", body).hex()}


def surveymonkey(body):
    return {"Sm-Apikey": "client", "Sm-Signature": b64(mac("sha1", body, "client&secret"))}


def shared(body):
    return {"X-Webhook-Secret": SECRET}


def sent(source, body, sign, *, secret=SECRET, scheme="", options=None, headers=None):
    """Post a body twice and read it; return the delivery."""
    _, key, _ = hooks.make(source=source, label=source, secret=secret, scheme=scheme, options=options)
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    address = f"/api/v1/hooks/{source}/{key}"
    said = {**sign(body), **(headers or {})}  # signed once: a vendor's second try of the same call
    first, again = (Client().post(address, body, content_type="application/json", headers=said) for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 200), first.content
    delivery = Delivery.objects.get()
    read(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == "DONE", delivery.error
    return delivery


def in_envelope(conversation):
    return {
        "type": "notification_event", "topic": "conversation.admin.closed", "id": "notif_1", "created_at": 1,
        "data": {"type": "notification_event_data", "item": conversation},
    }  # fmt: skip


GENUINE = [
    ("typeform_webhook", "typeform_webhook/tdev_customer_satisfaction_survey.json", typeform, None),
    ("typeform_webhook", "typeform_webhook/vendor_doc_example_all_field_types.json", typeform, None),
    ("formbricks_webhook", "formbricks_webhook/responseCreated.json", formbricks, None),
    ("formbricks_webhook", "formbricks_webhook/responseUpdated.json", formbricks, None),
    ("intercom", "intercom/v2_13_conversation_full.json", intercom, in_envelope),
    ("intercom", "intercom/conversation_rated_5_with_remark.json", intercom, in_envelope),
    ("zendesk", "zendesk/estuary_tickets.json", zendesk, lambda ticket: {"ticket": ticket}),
    ("hubspot_feedback", "hubspot_feedback/feedback_submission.json", shared, None),
    ("usabilla_feedback", "usabilla_feedback/feedback_items.json", shared, None),
    ("puzzel_sms_survey", "puzzel_sms_survey/rest_response.json", shared, None),
    ("asknicely", "asknicely/responses_page.json", shared, None),
    ("freshdesk", "freshdesk/ticket_1.json", shared, None),
    ("talkdesk", "talkdesk/calls_report.json", shared, None),
    ("genesys_analytics", "genesys_analytics/eventbridge_conversation_end.json", shared, None),
    (
        "amazon_connect_contact_event",
        "amazon_connect_contact_event/contact_event_connected_to_agent.json",
        shared,
        None,
    ),
    ("amazon_connect_ctr", "amazon_connect_ctr/ctr_single_inbound_voice.json", shared, None),
]


@pytest.mark.parametrize(("source", "sample", "sign", "wrap"), GENUINE, ids=[one[1] for one in GENUINE])
def test_a_genuine_payload_becomes_facts(request, tasks, source, sample, sign, wrap):
    body = (request.getfixturevalue("shared") / "samples" / sample).read_bytes()
    if wrap:
        body = json.dumps(wrap(json.loads(body))).encode()
    secret = "whsec_" + b64(SECRET.encode()) if sign is formbricks else SECRET
    scheme = "header" if sign is shared else ""  # where the vendor signs itself, a relay stands between here
    options = {"rating": "CSAT:1:10"} if source == "puzzel_sms_survey" else {}
    delivery = sent(source, body, sign, secret=secret, scheme=scheme, options=options)
    assert delivery.accepted > 0
    assert delivery.set_aside == 0
    assert Feedback.objects.exists() or JourneyEvent.objects.exists()


# --- what differs from an export, as the vendors' documentation has it

TICKET = {
    "actor_id": "8", "assignee_id": "8", "brand_id": "9", "created_at": "2026-01-05T09:00:00Z", "custom_status": "4",
    "description": "My invoice is wrong", "form_id": "11", "group_id": "12", "id": "5158", "is_public": True,
    "organization_id": "13", "priority": "HIGH", "requester_id": "77", "status": "OPEN", "subject": "Invoice",
    "submitter_id": "77", "tags": ["billing"], "type": "INCIDENT", "updated_at": "2026-01-05T09:30:00Z",
    "via": {"channel": "web_service"},
}  # fmt: skip


def zendesk_event(kind, event, **detail):
    return {
        "account_id": 1, "detail": {**TICKET, **detail}, "event": event, "id": f"event-{kind}",
        "subject": "zen:ticket:5158", "time": "2026-01-05T09:31:00Z", "type": f"zen:event-type:{kind}",
        "zendesk_event_version": "2022-11-06",
    }  # fmt: skip


def test_an_event_of_zendesks_is_its_ticket_with_the_comment(tasks):
    comment = {
        "author": {"id": "77", "is_staff": False, "name": "Kim"},
        "body": "Any news?",
        "id": "31",
        "is_public": True,
    }
    sent("zendesk", zendesk_event("ticket.comment_added", {"comment": comment}), zendesk)
    contact = Feedback.objects.get()
    assert (contact.kind, contact.source_id, contact.title) == ("CONTACT", "5158", "Invoice")
    assert [turn.text for turn in contact.turns.order_by("position")] == ["My invoice is wrong", "Any news?"]
    assert contact.contact.company_says_solved is False


def test_a_rating_in_an_event_of_zendesks_is_an_answer_about_the_ticket(tasks):
    sent(
        "zendesk",
        zendesk_event("ticket.csat_received", {"satisfaction_score": {"score": "GOOD"}}, status="SOLVED"),
        zendesk,
    )
    answer = Feedback.objects.get(kind="SURVEY")
    assert answer.about.source_id == "5158"


@pytest.mark.parametrize(("kind", "reason"), [("ticket.soft_deleted", "Deleted"), ("user.created", "not of a ticket")])
def test_an_event_of_zendesks_without_a_ticket_is_left_out(tasks, kind, reason):
    delivery = sent("zendesk", zendesk_event(kind, {}), zendesk)
    assert delivery.excluded == 1
    assert reason in next(iter(delivery.excluded_reasons))


def test_a_test_call_of_intercoms_is_left_out(tasks):
    assert sent("intercom", in_envelope({"type": "ping", "message": "hello"}), intercom).excluded == 1


def test_a_call_of_delighteds_is_its_response(tasks):
    response = {
        "id": "210", "survey_type": "nps", "score": 9, "comment": "Quick", "created_at": 1767603600,
        "updated_at": 1767603600, "person": {"id": "3", "email": "kim@example.com", "name": "Kim"},
    }  # fmt: skip
    body = {"event_type": "survey_response.updated", "event_id": "e1", "event_data": response}
    sent("delighted", body, delighted)
    assert Feedback.objects.get().scores.get().value == 9


def test_a_call_of_asknicelys_is_its_question_answered(tasks):
    person = {"id": "163012", "name": "Kim Lee", "email": "kim@example.com", "segment": "general"}
    question = {"id": "345094", "score": "10", "comment": "Great", "sent": "1767600000", "responded": "1767603600",
                "deliverymethod": "email"}  # fmt: skip
    sent("asknicely", {"count": 1, "person": person, "question": question}, shared)
    answer = Feedback.objects.get()
    assert (answer.source_id, answer.channel, answer.text) == ("345094", "EMAIL", "Great")
    assert answer.scores.get().value == 10


def test_a_call_of_twilios_taskrouter_is_a_part_of_its_contact(tasks):
    fields = {
        "AccountSid": "AC1", "EventType": "task.completed", "ResourceType": "task", "ResourceSid": "WT1", "Sid": "EV1",
        "TaskSid": "WT1", "TaskAge": "120", "TaskQueueName": "Billing", "TaskChannelUniqueName": "voice",
        "TaskAttributes": '{"from": "+4915112345678", "direction": "inbound"}', "TaskCompletedReason": "done",
        "Timestamp": "1767603600", "TimestampMs": "1767603600000",
    }  # fmt: skip
    _, key, _ = hooks.make(source="twilio", label="T", secret="the auth token")
    address = f"/api/v1/hooks/twilio/{key}"
    signed = f"http://testserver{address}" + "".join(name + fields[name] for name in sorted(fields))
    shown = Client().post(
        address,
        urlencode(fields),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": b64(mac("sha1", signed.encode(), "the auth token"))},
    )
    assert shown.status_code == 202, shown.content
    read(Delivery.objects.get().pk)
    contact = Feedback.objects.get()
    assert (contact.source_id, contact.queue, contact.channel) == ("WT1", "Billing", "VOICE")


def test_cloudevents_in_binary_mode_keep_what_their_headers_say(tasks):
    data = {"kind": "SURVEY", "survey": "Shop", "text": "Fine"}
    headers = {"ce-specversion": "1.0", "ce-id": "e1", "ce-source": "/shop", "ce-type": "answer",
               "ce-time": "2026-01-05T09:00:00Z"}  # fmt: skip
    sent("cloudevents", data, shared, headers=headers)
    assert Feedback.objects.get().source_id == "/shop#e1"


def test_surveymonkeys_ids_are_set_aside_with_the_reason(tasks):
    body = {
        "name": "Hook", "filter_type": "survey", "filter_id": "123", "event_type": "response_completed",
        "event_id": "77", "object_type": "response", "object_id": "9876",
        "event_datetime": "2026-01-05T09:00:00.000000+00:00", "resources": {"survey_id": "123"},
    }  # fmt: skip
    delivery = sent("surveymonkey_api", body, surveymonkey, secret="client&secret")
    assert delivery.set_aside == 1
    assert "response 9876" in delivery.rows_set_aside.get().reason
    assert Connection.objects.get().failures == 0
