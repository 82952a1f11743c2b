"""The agreement for programs: documented, conditional, exported and printed the same."""

import json
from io import BytesIO, StringIO

import jsonschema
import openpyxl
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command

from tests.factories.both_sides import tell
from tests.insights.mart.conftest import built, facts  # noqa: F401 (fixtures)

pytestmark = pytest.mark.django_db
PERIOD = "since=2026-03-03&until=2026-06-01"


@pytest.fixture
def both(facts, built):  # noqa: F811
    tell(facts, built)


@pytest.mark.parametrize("customers", ["", "&customers=MATCHED"])
def test_the_answer_has_the_documented_shape(both, speak, customers):
    client = speak("metrics:read")
    document = client.get("/api/v1/openapi.json").json()
    told = client.get(f"/api/v1/agreement?{PERIOD}{customers}").json()
    schema = {"$ref": "#/components/schemas/Agreement", "components": document["components"]}
    jsonschema.Draft202012Validator(schema).validate(told)
    app = next(one for one in told["topics"] if one["topic"] == "app")
    assert (app["class"], app["believe"], app["surveys"]["mentions"], app["parent"]) == (
        "ONLY_IN_CONTACTS", "CONTACTS", 0, "digital",
    )  # fmt: skip
    assert app["difference"]["low"] > 0.2


def test_the_same_answer_is_not_sent_twice(both, speak):
    client = speak("metrics:read")
    first = client.get(f"/api/v1/agreement?{PERIOD}")
    again = client.get(f"/api/v1/agreement?{PERIOD}", headers={"If-None-Match": first["ETag"]})
    other = client.get(f"/api/v1/agreement?{PERIOD}&customers=MATCHED", headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code, other.status_code) == (200, 304, 200)


@pytest.mark.parametrize("wrong", ["by=channel", "kind=SURVEY", "customers=SOME", "chanel=CHAT", "since=now"])
def test_what_cannot_be_asked_is_a_problem_that_names_it(both, speak, wrong):
    for path in ("/api/v1/agreement", "/api/v1/exports/agreement"):
        response = speak("metrics:read").get(f"{path}?{wrong}")
        assert (response.status_code, response.json()["parameter"]) == (400, wrong.partition("=")[0])


def test_it_needs_its_scope_and_data(speak):
    assert speak("imports:write").get("/api/v1/agreement").status_code == 403
    assert speak("metrics:read").get("/api/v1/agreement").status_code == 404
    assert speak("metrics:read").get("/api/v1/exports/agreement").status_code == 404


def test_exports_hold_the_answers_topics(both, speak):
    client = speak("metrics:read")
    told = {one["topic"]: one for one in client.get(f"/api/v1/agreement?{PERIOD}").json()["topics"]}
    address = f"/api/v1/exports/agreement?{PERIOD}"
    table = pq.read_table(BytesIO(b"".join(client.get(f"{address}&format=parquet").streaming_content)))
    rows = {row["topic"]: row for row in table.to_pylist()}
    assert rows.keys() == told.keys()
    for key, row in rows.items():
        assert (row["class"], row["why"]) == (told[key]["class"], told[key]["why"])
        assert (row["surveys_value"], row["contacts_high"]) == (
            told[key]["surveys"]["value"], told[key]["contacts"]["high"],
        )  # fmt: skip
    book = openpyxl.load_workbook(BytesIO(b"".join(client.get(f"{address}&format=xlsx").streaming_content)))
    assert book["agreement"].max_row == len(told) + 1
    assert any(cell.value == "summary" for cell in book["About"]["A"])
    response = client.get(address)
    assert 'rel="describedby"' in response["Link"]
    assert client.get(f"{address}&format=pdf").json()["parameter"] == "format"


def test_the_command_prints_the_same(both, speak):
    out = StringIO()
    call_command("agreement", "--since", "2026-03-03", "--until", "2026-06-01", "--customers", "MATCHED", stdout=out)
    assert json.loads(out.getvalue()) == speak().get(f"/api/v1/agreement?{PERIOD}&customers=MATCHED").json()
    with pytest.raises(CommandError):
        call_command("agreement", "--filter", "chanel=CHAT")


def test_the_command_says_when_there_is_no_data(db):
    with pytest.raises(CommandError, match="no data yet"):
        call_command("agreement")
