"""What NICE CXone, Five9 and Talkdesk mean by their words."""

import io
import json

import pytest

from insights.intake.delivery import read as read_delivery
from insights.intake.delivery import receive
from insights.intake.source import Unreadable, recognise
from insights.models import Feedback

CXONE = {
    "contactId": "1", "masterContactId": "1", "contactStart": "2026-01-02T03:04:05.000Z", "isOutbound": "False",
    "abandoned": "False", "agentSeconds": "277", "holdSeconds": "20", "ACWSeconds": "187", "inQueueSeconds": "13",
    "totalDurationSeconds": "295", "mediaTypeName": "Call", "fromAddr": "5555558888", "toAddr": "8888889999",
    "skillName": "Main", "teamName": "North", "agentId": "99", "primaryDispositionId": "93", "isActive": "False",
    "transferIndicatorId": "0", "transferIndicatorName": "None", "lastUpdateTime": "2026-01-02T03:10:00Z",
}  # fmt: skip


@pytest.fixture
def stored(settings, tmp_path):
    settings.RAW_DIR = tmp_path

    def store(key: str, content: bytes, **options: str) -> list[Feedback]:
        delivery = receive(io.BytesIO(content), key, options)
        read_delivery(delivery.pk)
        delivery.refresh_from_db()
        assert (delivery.error, delivery.set_aside) == ("", 0)
        return list(Feedback.objects.order_by("source_id"))

    return store


def page(*contacts: dict) -> bytes:
    return json.dumps({"resultSet": {"completedContacts": list(contacts)}}).encode()


@pytest.mark.django_db
def test_texts_that_say_false_are_no(stored):
    [contact] = stored("nice_cxone", page(CXONE))
    facts = contact.contact
    assert (facts.direction, facts.was_abandoned, facts.was_answered) == ("INBOUND", False, True)
    assert (facts.wait_seconds, facts.talk_seconds, facts.hold_seconds, facts.wrap_up_seconds) == (13, 257, 20, 187)
    assert (contact.queue, contact.team, contact.agent, facts.reason_code) == ("Main", "North", "99", "93")


@pytest.mark.django_db
@pytest.mark.parametrize("backwards", [False, True])
def test_the_legs_of_a_contact_add_up_in_any_order(backwards, stored):
    leg = {**CXONE, "contactId": "2", "agentId": "77", "agentSeconds": "100", "holdSeconds": "0", "ACWSeconds": "3"}
    told = [CXONE, leg]
    for _ in range(2):
        [contact] = stored("nice_cxone", page(*(told[::-1] if backwards else told)))
    facts = contact.contact
    assert (facts.talk_seconds, facts.wrap_up_seconds, facts.transfers, facts.wait_seconds) == (357, 190, 1, 13)
    assert contact.agent == "99"


def test_a_single_contact_stands_in_its_result_set(read):
    result = read("nice_cxone", json.dumps({"resultSet": CXONE}).encode())
    assert (result.read, len(result.firsts), result.bad) == (1, 1, [])


FIVE9 = "CALL ID,TIMESTAMP,CALL TYPE,CAMPAIGN,SKILL,AGENT,AGENT NAME,DISPOSITION,ANI,DNIS,QUEUE WAIT TIME,TALK TIME,"
FIVE9 += "HOLD TIME,AFTER CALL WORK TIME,TRANSFERS,ABANDONED\n"
ROW = '7,"Thu, 27 Oct 2016 14:51:34",Inbound,Care,Billing,bo@x.example,Bo,Solved,5550100,5550199,'
FIRST = ROW + "00:00:20,00:02:00,00:00:05,00:00:30,0,0\n"
SECOND = ROW.replace("14:51:34", "14:54:00").replace("bo@x.example,Bo", "cy@x.example,Cy") + "0:00:00,00:01:00,,,0,0\n"
GIVEN_UP = "8,2016-10-27 14:51,Inbound,[Deleted],,[None],,Abandon,5550101,5550199,00:00:40,00:00:00,,,,1\n"


def test_times_without_a_zone_are_asked_for(read):
    with pytest.raises(Unreadable, match="names no time zone"):
        read("five9", (FIVE9 + FIRST).encode())


@pytest.mark.django_db
def test_segments_of_a_call_are_one_contact_and_told_twice_count_once(stored):
    content = (FIVE9 + FIRST + SECOND + FIRST + GIVEN_UP).encode()
    for _ in range(2):
        call, given_up = stored("five9", content, time_zone="America/Los_Angeles")
    facts = call.contact
    assert (facts.wait_seconds, facts.talk_seconds, facts.hold_seconds, facts.wrap_up_seconds) == (20, 180, 5, 30)
    assert (facts.transfers, facts.was_answered, facts.reason_code) == (1, True, "Solved")
    assert (call.queue, call.agent, call.occurred_at.hour) == ("Billing", "bo", 21)
    assert (given_up.contact.was_abandoned, given_up.contact.was_answered, given_up.queue) == (True, False, "")


def test_date_and_time_may_stand_apart(read):
    content = FIVE9.replace("TIMESTAMP", "DATE,TIME") + FIRST.replace(
        '"Thu, 27 Oct 2016 14:51:34"', "2016/10/27,14:51:34"
    )
    [call] = read("five9", content.encode(), time_zone="UTC").accepted
    assert call.occurred_at.isoformat() == "2016-10-27T14:51:34+00:00"


def test_a_call_that_we_made_names_the_customer_as_dnis(read):
    content = FIVE9 + FIRST.replace("Inbound", "Manual")
    [call] = read("five9", content.encode(), time_zone="UTC").accepted
    assert (call.contact.direction, call.customer.phone) == ("OUTBOUND", "5550199")


def test_what_is_no_duration_is_set_aside(read):
    assert "no duration" in read("five9", (FIVE9 + FIRST.replace("00:02:00", "-1:xx")).encode(), time_zone="UTC").bad[0]


def test_a_talkdesk_rating_of_zero_is_none_and_four_is_one(read, sample):
    page = json.loads(sample("talkdesk/calls_report.json"))
    page["entries"][0]["agent_voice_rating"] = 4
    result = read("talkdesk", json.dumps(page).encode())
    assert [(one.kind, one.scores[0].value) for one in result.accepted if one.scores] == [("SURVEY", 4.0)]
    outcomes = [(one.contact.was_answered, one.contact.was_abandoned) for one in result.firsts]
    assert outcomes == [(True, False), (False, True), (True, False)]


def test_holding_that_is_part_of_the_talking_is_not_counted_twice(read, sample):
    contact = read("talkdesk", sample("talkdesk/calls_report.json")).firsts[2]
    facts = contact.contact
    assert facts.wait_seconds + facts.talk_seconds + facts.hold_seconds == 780  # as long as the call
    assert (contact.agent, facts.transfers) == ("Charlie", 1)


REPORT = (
    "Interaction ID,Contact ID,Direction,Contact Type,Started At,Wait Time,Talk Time,Hold Time,After Call Work Time,"
)
REPORT += "Finished At,Ring Groups,User Name,Team Name,Transfer Out\n"
REPORT += "i,c,Inbound,inbound,2026-01-02 03:04:05,5,00:01:00,0,10,2026-01-02 03:06:05,Care,Ana,North,No\n"


def test_talkdesks_contacts_report_is_read_in_the_zone_that_people_say(read):
    assert recognise(REPORT.encode(), "contacts.csv")[0][1].key == "talkdesk"
    with pytest.raises(Unreadable, match="names no time zone"):
        read("talkdesk", REPORT.encode())
    [call] = read("talkdesk", REPORT.encode(), time_zone="Europe/Berlin").accepted
    assert (call.source_id, call.team, call.queue, call.occurred_at.hour) == ("c", "North", "Care", 2)
    assert (call.contact.talk_seconds, call.contact.wrap_up_seconds, call.contact.transfers) == (60, 10, 0)
