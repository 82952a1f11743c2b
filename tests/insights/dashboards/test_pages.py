"""Each page: shows, refuses, empty, and how much it asks of the database."""

import json
import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from insights.intake.store import store
from insights.metrics import engine
from insights.metrics.query import MetricQuery
from insights.metrics.viewer import EVERYTHING
from insights.models import Delivery, Feedback, SetAside
from tests.factories.records import a_delivery, a_survey

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
PAGES = ("/", "/records/", "/sources/", "/definitions/", "/evidence/?metric=nps", "/words/", "/progress/")
PERIOD = "since=2026-03-03&until=2026-06-01"


def _words(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.parametrize("page", PAGES)
def test_who_is_not_signed_in_is_asked_to(client: Client, page: str) -> None:
    answer = client.get(page)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=")


def test_an_instance_without_data_says_what_to_do_next(sign_in: SignIn) -> None:
    words = _words(sign_in().get("/"))
    assert "Nothing has been told yet" in words
    assert "manage.py demo" in words


def test_an_instance_whose_numbers_are_made_anew_does_not_say_that_it_is_empty(sign_in: SignIn) -> None:
    store([[a_survey("s")]], a_delivery("desk"), timezone.now())
    Delivery.objects.update(state=Delivery.State.DONE)
    words = _words(sign_in().get("/"))
    assert "The numbers are on their way" in words
    assert "All records are here" in words
    assert "Nothing has been told" not in words


def test_the_overview_shows_both_sides_with_intervals(company, sign_in: SignIn) -> None:
    answer = sign_in().get("/")
    words = _words(answer)
    assert answer.status_code == 200
    board = answer.context["board"]
    assert [tile.label for tile in board.sides[0].tiles][:2] == ["NPS", "CSAT"]
    for side in board.sides:
        assert all(tile.said.value and tile.said.interval for tile in side.tiles if "shares" not in tile.key)
    assert "last 90 days" in words
    assert "the 90 before" in words


def test_a_number_on_the_page_is_the_engines_number(company, sign_in: SignIn) -> None:
    board = sign_in().get(f"/?{PERIOD}&segment=Gold").context["board"]
    query = MetricQuery.from_pairs(
        "nps", [("since", "2026-03-03"), ("until", "2026-06-01"), ("segment", "Gold")], today=timezone.now().date()
    )
    total = engine.answer(query, EVERYTHING, now=timezone.now()).total
    tile = next(tile for tile in board.sides[0].tiles if tile.key == "nps-surveys")
    assert tile.said.value == f"{total.value:.0f}"
    assert tile.said.base == f"n = {total.n}"


def test_records_behind_a_number_are_as_many_as_its_n(company, sign_in: SignIn) -> None:
    client = sign_in()
    card = client.get(f"/evidence/?metric=csat&{PERIOD}&segment=Bronze").context["card"]
    board = client.get(card.records_url).context["board"]
    assert f"n = {board.count}" == card.said.base


def test_the_records_can_be_paged_through_to_the_last(company, sign_in: SignIn) -> None:
    client, address, seen = sign_in(), f"/records/?metric=nps&{PERIOD}", []
    while address:
        board = client.get(address).context["board"]
        seen += [record.url for record in board.records]
        address = f"/records/{board.next_url}" if board.next_url else ""
    assert len(seen) == len(set(seen)) == int(board.count)


def test_a_role_without_rows_sees_numbers_but_no_records_and_no_words(company, sign_in: SignIn) -> None:
    client = sign_in("Agent")
    assert client.get("/").status_code == 200
    assert "Records" not in _words(client.get("/"))
    for page in ("/records/", "/words/", f"/records/{Feedback.objects.first().pk}/"):
        assert client.get(page).status_code == 403
    assert client.get("/evidence/?metric=nps").context["card"].records_url == ""


def test_one_record_shows_turns_scores_and_what_was_read(company, sign_in: SignIn) -> None:
    contact = Feedback.objects.filter(kind="CONTACT").first()
    words = _words(sign_in().get(f"/records/{contact.pk}/"))
    for told in ("My router is slow", "I will look at it", "0:08", "Billing", "Solved, company says"):
        assert told in words


def test_a_record_that_is_not_there_is_said_so(company, sign_in: SignIn) -> None:
    answer = sign_in().get(f"/records/{uuid4()}/")
    assert answer.status_code == 404
    assert "There is no such page" in _words(answer)


CANNOT_BE_ASKED = {
    "/?since=2026-06-01&until=2026-01-01": "must be before until",
    "/?colour=red": "no parameter or filter 'colour'",
    "/?channel=PIGEON": "channel is 'PIGEON'",
    "/?compare=tomorrow": "compare is 'tomorrow'",
    "/?as_of=99999": "99999",
    "/evidence/?metric=joy": "There is no metric 'joy'",
    "/evidence/": "does not say which number",
    "/records/?after=nonsense": "cursor",
}


def test_what_cannot_be_asked_is_answered_in_words(company, sign_in: SignIn) -> None:
    client = sign_in()
    for address, told in CANNOT_BE_ASKED.items():
        answer = client.get(address)
        assert answer.status_code == 400, address
        assert told in answer.content.decode().replace("&#x27;", "'")
        assert "Nothing was changed" in _words(answer)


def test_a_page_asks_the_database_a_fixed_number_of_times(
    company, sign_in: SignIn, django_assert_max_num_queries
) -> None:
    client = sign_in()
    client.get("/")
    with django_assert_max_num_queries(8):
        client.get("/?segment=Gold")
    with django_assert_max_num_queries(12):
        client.get("/records/?metric=nps")


def test_htmx_is_given_the_inside_of_the_page_alone(company, sign_in: SignIn) -> None:
    client = sign_in()
    whole, inside = client.get("/").content.decode(), client.get("/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" in whole
    assert "<html" not in inside
    assert "data-tile" in inside


def test_pages_hold_no_inline_script_and_no_inline_style(company, sign_in: SignIn) -> None:
    client = sign_in("Contact-center manager")
    for page in PAGES:
        html = client.get(page).content.decode()
        scripts = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", html)
        assert all('type="application/json"' in script for script in scripts), page
        assert "<style" not in html
        assert not re.search(r"\son[a-z]+=", html), page


def test_figures_on_the_page_are_json_with_the_engines_values(company, sign_in: SignIn) -> None:
    html = sign_in().get(f"/?{PERIOD}&show=contacts.contacts&step=month").content.decode()
    found = re.search(r'<script id="figure-trend" type="application/json">(.*?)</script>', html, re.S)
    course = json.loads(found.group(1))["data"][-1]
    assert course["x"] == ["2026-03-01", "2026-04-01", "2026-05-01"]
    assert sum(course["y"]) == 90


def test_who_may_not_import_is_shown_no_form_and_no_rows(sign_in: SignIn) -> None:
    delivery = Delivery.objects.create(source="zendesk", filename="a.json", state="DONE", read=1, set_aside=1)
    client = sign_in("CX leader")
    assert "Bring a file" not in _words(client.get("/sources/")).replace("Bring a file, or push", "")
    assert client.post("/sources/", {"source": "zendesk"}).status_code == 405
    assert client.get(f"/sources/{delivery.pk}/set-aside.csv").status_code == 403


def test_a_failed_delivery_says_why_and_what_was_kept(sign_in: SignIn) -> None:
    Delivery.objects.create(source="zendesk", filename="a.json", state="FAILED", error="Half a JSON.")
    words = _words(sign_in().get("/sources/"))
    assert "Half a JSON." in words
    assert "Nothing of this file was stored" in words


def test_definitions_name_every_metric(sign_in: SignIn) -> None:
    words = _words(sign_in().get("/definitions/"))
    for told in ("NPS", "adjusted Wald", "Wilson", "repeat_rate, definition 1", "Average handle time"):
        assert told in words


def test_the_icon_browsers_ask_for_is_there(client: Client) -> None:
    assert client.get("/favicon.ico")["Location"].endswith("img/favicon.svg")


def test_rows_set_aside_come_as_csv_that_no_spreadsheet_runs(sign_in: SignIn, monkeypatch) -> None:
    delivery = Delivery.objects.create(source="zendesk", filename="a.json", state="DONE", read=1, set_aside=1)
    SetAside.objects.create(delivery=delivery, record=1, reason="=1+1 is no time", payload=b"")
    monkeypatch.setattr("insights.dashboards.deliveries.payload_of", lambda row: {"mail": "anna@example.com"})
    body = b"".join(sign_in("Analyst").get(f"/sources/{delivery.pk}/set-aside.csv").streaming_content).decode()
    assert "'=1+1 is no time" in body
    assert "anna@example.com" not in body
