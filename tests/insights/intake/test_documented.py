"""Journey events and counts of active customers, in our own formats: as a table and as JSON, once each."""

import io
import json
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insights.intake.delivery import read, receive
from insights.intake.record import Excluded
from insights.intake.source import BadRecord, Unreadable, recognise, source_named
from insights.models import Customer, Exposure, JourneyEvent, SetAside

pytestmark = pytest.mark.django_db
EVENTS = (
    "id,event,occurred_at,channel,stage,email,customer_number,attribute.page,attributes\n"
    'e1,page_view,2026-03-01T10:00:00Z,WEB,AWARENESS,a@example.com,,/prices,"{""seconds"": 12}"\n'
    "e2,purchase,2026-03-01 11:30:00,store,purchase,,4711,,\n"
)
OBJECTS = [
    {"id": "e1", "event": "page_view", "occurred_at": "2026-03-01T10:00:00Z", "channel": "WEB", "stage": "AWARENESS",
     "customer": {"email": "a@example.com"}, "attributes": {"page": "/prices", "seconds": 12}},
    {"id": "e2", "event": "purchase", "occurred_at": "2026-03-01T11:30:00+01:00", "channel": "STORE",
     "stage": "PURCHASE", "customer_number": "4711"},
]  # fmt: skip
DAYS = (
    "day,customers,segment,region\n2026-03-01,1200,Private,North\n2026-03-01,80,Business,North\n"
    "2026-03-02,1210,Private,North\n"
)


@pytest.fixture(autouse=True)
def _raw_files_in_a_folder_of_their_own(settings, tmp_path):
    settings.RAW_DIR = tmp_path


def delivered(source, content, **options):
    delivery = receive(io.BytesIO(content.encode()), source, options)
    read(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.error == ""
    return delivery.accepted, delivery.updated, delivery.unchanged, delivery.set_aside


def stored_events():
    rows = JourneyEvent.objects.order_by("source_id")
    return [(one.source_id, one.event, one.channel, one.journey_stage, one.attributes) for one in rows]


EXPECTED = [
    ("e1", "page_view", "WEB", "AWARENESS", {"page": "/prices", "seconds": 12}),
    ("e2", "purchase", "STORE", "PURCHASE", {}),
]
LINES = "\n".join(json.dumps(one) for one in OBJECTS)


@pytest.mark.parametrize("content", [EVENTS, json.dumps(OBJECTS), json.dumps({"events": OBJECTS}), LINES])
def test_events_are_stored_once_with_their_customers(content):
    assert recognise(content.encode(), "events")[0][1].key == "journey_events"
    assert delivered("journey_events", content, time_zone="Europe/Berlin") == (2, 0, 0, 0)
    assert stored_events() == EXPECTED
    assert JourneyEvent.objects.get(source_id="e2").occurred_at.isoformat() == "2026-03-01T10:30:00+00:00"
    assert Customer.objects.count() == 2
    assert delivered("journey_events", content, time_zone="Europe/Berlin") == (0, 0, 2, 0)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (",x,2026-03-01T10:00:00Z,WEB,,,,,", "no id"),
        ("e,,2026-03-01T10:00:00Z,WEB,,,,,", "no event"),
        ("e,x,2026-03-01 10:00:00,WEB,,,,,", "option time_zone"),
        ("e,x,2026-03-01T10:00:00Z,FAX,,,,,", "no channel"),
        ("e,x,2026-03-01T10:00:00Z,WEB,LATER,,,,", "no stage"),
        ("e,x,2026-03-01T10:00:00Z,WEB,,,,,[1]", "no JSON object"),
    ],
)
def test_an_event_that_is_wrong_is_set_aside_with_a_sentence(cells, said):
    assert delivered("journey_events", f"{EVENTS.splitlines()[0]}\n{cells}\n") == (0, 0, 0, 1)
    assert said in SetAside.objects.get().reason


KINDS = (
    ("visit", "WEB"), ("app_opened", "APP"), ("menu_path", "IVR"), ("bot_session", "BOT"), ("purchase", "STORE"),
    ("delivery", "OTHER"),
)  # fmt: skip


@pytest.mark.parametrize("as_json", [False, True], ids=["table", "JSON"])
def test_every_kind_of_step_of_a_journey_comes_in_and_a_bad_one_stops_none(as_json):
    told = [
        {"id": f"e{place}", "event": event, "occurred_at": f"2026-03-01T1{place}:00:00Z", "channel": channel,
         "stage": "USE", "customer_number": "4711"}
        for place, (event, channel) in enumerate(KINDS)
    ]  # fmt: skip
    told.insert(3, {**told[0], "id": "bad", "occurred_at": "yesterday"})
    table = "\n".join(",".join(one.values()) for one in (dict(zip(told[0], told[0], strict=True)), *told))
    content = json.dumps({"events": told}) if as_json else table
    assert delivered("journey_events", content) == (6, 0, 0, 1)
    assert "yesterday" in SetAside.objects.get().reason
    assert delivered("journey_events", content) == (0, 0, 6, 1)
    assert list(JourneyEvent.objects.order_by("occurred_at").values_list("event", "channel")) == list(KINDS)
    assert Customer.objects.count() == 1


@pytest.mark.parametrize("as_json", [False, True])
def test_active_customers_are_stored_once_and_what_is_told_last_stands(as_json):
    header, *rows = (line.split(",") for line in DAYS.splitlines())
    content = json.dumps({"days": [dict(zip(header, row, strict=True)) for row in rows]}) if as_json else DAYS
    assert recognise(content.encode(), "days")[0][1].key == "active_customers"
    assert delivered("active_customers", content) == (3, 0, 0, 0)
    assert delivered("active_customers", content) == (0, 0, 3, 0)
    assert delivered("active_customers", content.replace("1210", "1300")) == (0, 1, 2, 0)
    stored = Exposure.objects.get(day=date(2026, 3, 2))
    assert (stored.customers, stored.segment, stored.region, stored.product) == (1300, "Private", "North", "")


def test_a_count_that_cannot_be_is_set_aside():
    rows = "day,customers\n2026-03-01,-1\n2026-03-01,1.5\nsoon,5\n2026-03-01,\n2026-03-01,7\n2026-03-01,8\n"
    assert delivered("active_customers", rows) == (1, 1, 0, 4)
    assert Exposure.objects.get().customers == 8


@pytest.mark.parametrize("key", ["journey_events", "active_customers"])
def test_a_table_that_lacks_a_column_is_refused(key):
    with pytest.raises(Unreadable, match="lacks the columns"):
        source_named(key).open(io.BytesIO(b"id,day\n1,2026-01-01\n"), {})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.sampled_from([EVENTS, LINES, json.dumps(OBJECTS), DAYS]),
    harm=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=5), st.integers(0, 30)), min_size=1, max_size=4),
)
def test_a_damaged_file_gives_records_or_sentences_and_nothing_else(content, harm):
    damaged = content.encode()
    for where, new, length in harm:
        place = int(where * len(damaged))
        damaged = damaged[:place] + new + damaged[place + length :]
    for key in ("journey_events", "active_customers"):
        with suppress(Unreadable):
            reading = source_named(key).open(io.BytesIO(damaged), {})
            for raw in reading.records():
                with suppress(BadRecord):
                    if not raw.problem:
                        assert not isinstance(reading.translate(raw), Excluded)
