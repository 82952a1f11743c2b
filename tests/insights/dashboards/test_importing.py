"""The import page: each step shows, refuses, and tells in words; nothing is imported before it is wished."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from insights.intake.delivery import read
from insights.intake.staging import forget_old
from insights.models import ColumnMapping, Delivery, Feedback, SetAside, StagedFile
from tests.factories.workbooks import FORM, made
from tests.insights.dashboards.company import a_person

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
ANSWERS = b"""Response ID,Submitted at,Via,Recommend us? (NPS),How satisfied? (CSAT),Comment,E-mail,Full name,Ticket ID
r1,03/04/2026 10:00,mail,9,5,Thanks Anna for the help,anna@example.com,Anna Meyer,T-1
r2,04/04/2026 11:30,phone,eleven,4,Call me at +49 30 12345678,ben@example.com,Ben Frost,T-2
r3,05/04/2026 09:15,app,3,1,Nobody could tell me why,cid@example.com,Cid Alt,T-3
r4,31/31/2026 09:15,mail,10,5,Great,dora@example.com,Dora Ill,T-4
"""
DELIGHTED = json.dumps(
    [{"id": "1", "survey_type": "nps", "score": 9, "comment": "Good", "created_at": 1767225600, "person": {}}]
).encode()


@pytest.fixture
def sent(monkeypatch) -> list[str]:
    handed: list[str] = []
    monkeypatch.setattr(
        "celery.app.base.Celery.send_task", lambda self, name, args=(), **more: handed.append(f"{name} {args[0]}")
    )
    return handed


@pytest.fixture
def analyst(sign_in: SignIn) -> Client:
    return sign_in("Analyst")


def _words(response) -> str:
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))
    return text.replace("&#x27;", "'").replace("&quot;", '"')


def _bring(client: Client, name: str = "answers.csv", content: bytes = ANSWERS):
    return client.post("/sources/bring/", {"file": SimpleUploadedFile(name, content)})


def _address(client: Client) -> str:
    answer = _bring(client)
    assert answer.status_code == 302
    return answer["Location"]


def _mapping() -> dict:
    return json.loads(StagedFile.objects.get().options["mapping"])


def _told(client: Client, address: str, **changes: str) -> dict[str, str]:
    """The form as a browser would send it, with what was changed."""
    html = client.get(address).content.decode()
    form = html[html.index('id="draft-form"') : html.index("</form>", html.index('id="draft-form"'))]
    posted = {}
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        plain = re.search(r"<option selected>([^<]*)", body)
        posted[name] = chosen[1] if chosen else plain[1] if plain else ""
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="checkbox"' not in tag and name[1] not in ("json-before", "csrfmiddlewaretoken"):
            posted[name[1]] = value[1] if value else ""
    return {**posted, **changes}


READY = {"time_zone": "Europe/Berlin", "date_order": "DMY", "c4-lowest": "1", "c4-highest": "5"}


def test_nothing_is_imported_by_bringing_a_file(analyst: Client, sent: list[str]) -> None:
    address = _address(analyst)
    staged = StagedFile.objects.get()
    assert staged.source == "csv"
    assert address == f"/sources/files/{staged.pk}/"
    assert not Delivery.objects.exists()
    assert not Feedback.objects.exists()
    assert sent == []


def test_names_of_columns_suggest_what_they_become(analyst: Client) -> None:
    _address(analyst)
    mapping = _mapping()
    assert mapping["columns"]["Response ID"] == "source_id"
    assert mapping["columns"]["Ticket ID"] == "about.source_id"
    assert mapping["columns"]["Via"]["values"] == {"mail": "EMAIL", "phone": "VOICE", "app": "APP"}
    assert {score["measure"]: score.get("scale") for score in mapping["scores"]} == {"NPS": [0, 10], "CSAT": None}


def test_what_is_ambiguous_is_asked_and_never_guessed(analyst: Client) -> None:
    address = _address(analyst)
    assert "needs its scale as asked" in _words(analyst.get(address))
    analyst.post(address, _told(analyst, address, **{"c4-lowest": "1", "c4-highest": "5"}))
    page = analyst.get(address)
    assert page.context["draft"].preview is None
    assert "day/month or month/day" in _words(page)
    assert 'name="date_order" aria-invalid="true"' in page.content.decode()
    analyst.post(address, _told(analyst, address, **{**READY, "time_zone": ""}))
    page = analyst.get(address)
    assert "names no time zone" in _words(page)
    assert 'name="time_zone"' in page.content.decode()
    assert "disabled" in page.content.decode()


def test_the_preview_shows_records_as_they_will_be_stored(analyst: Client) -> None:
    address = _address(analyst)
    analyst.post(address, _told(analyst, address, **READY))
    answer = analyst.get(address)
    shown = answer.context["draft"].preview
    assert shown.sentence == "All 4 records: 2 will be stored, 2 set aside to be mended."
    first = shown.records[0]
    assert "Anna" not in first.text
    assert first.when == "3 Apr 2026, 10:00"
    assert first.scores == (("NPS", "9", "0 to 10"), ("CSAT", "5", "1 to 5"))
    assert dict(first.facts)["Customer"] == "known by e-mail, kept as a digest"
    assert [row.field for row in shown.refused] == ["Recommend us? (NPS)", "Submitted at"]


def test_htmx_is_given_the_form_alone(analyst: Client) -> None:
    address = _address(analyst)
    answer = analyst.post(address, _told(analyst, address, **READY), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    assert answer.context["draft"].preview.stores_any


def test_importing_hands_the_file_to_the_workers_and_the_report_counts(analyst: Client, sent: list[str]) -> None:
    address = _address(analyst)
    answer = analyst.post(f"{address}start/", _told(analyst, address, **READY))
    delivery = Delivery.objects.get()
    assert answer["Location"] == f"/sources/{delivery.pk}/"
    assert sent == [f"insights.tasks.intake.read_delivery {delivery.pk}"]
    assert not StagedFile.objects.exists()
    assert read(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.read, delivery.accepted, delivery.set_aside) == (4, 2, 2)
    page = analyst.get(answer["Location"])
    assert "source=csv" in page.context["next"].overview
    assert "metric=responses" in page.context["next"].records
    assert len(page.context["rows"]) == 2


def test_a_record_set_aside_is_mended_and_read_again(analyst: Client, sent: list[str]) -> None:
    address = _address(analyst)
    analyst.post(f"{address}start/", _told(analyst, address, **READY))
    delivery = Delivery.objects.get()
    read(delivery.pk)
    row = SetAside.objects.get(record=2)
    mend = f"/sources/{delivery.pk}/set-aside/{row.pk}/"
    page = analyst.get(mend)
    assert page["Cache-Control"] == "no-store"
    cell = page.context["mending"].cells[0]
    assert (cell.name, cell.value) == ("Recommend us? (NPS)", "eleven")
    again = analyst.post(mend, {f"cell-{cell.place}": "twelve"})
    assert "twelve" in _words(again)
    assert analyst.post(mend, {f"cell-{cell.place}": "8"}).status_code == 302
    delivery.refresh_from_db()
    assert (delivery.accepted, delivery.set_aside) == (3, 1)
    assert "read again already" in _words(analyst.get(mend))


def test_a_mapping_is_kept_and_suggested_for_the_next_file_with_its_header(analyst: Client) -> None:
    address = _address(analyst)
    told = _told(analyst, address, **READY, keep="Shop answers")
    assert analyst.post(f"{address}keep/", told).status_code == 302
    kept = ColumnMapping.objects.get(name="Shop answers")
    assert kept.header[0] == "Response ID"
    analyst.post(f"{address}forget/")
    second = _bring(analyst, "next.csv", ANSWERS.replace(b"r1,", b"r9,"))["Location"]
    shown = analyst.get(second).context["draft"]
    assert shown.is_saved
    assert shown.preview.stores_any


def test_a_mapping_that_lacks_something_is_not_kept_and_says_what(analyst: Client) -> None:
    address = _address(analyst)
    answer = analyst.post(f"{address}keep/", _told(analyst, address, keep="Half"))
    assert answer.status_code == 422
    assert "can be kept once that is told" in _words(answer)
    assert not ColumnMapping.objects.exists()


def test_json_of_an_expert_counts_when_it_was_changed_and_is_refused_in_words(analyst: Client) -> None:
    address = _address(analyst)
    told = _told(analyst, address)
    mapping = {**_mapping(), "kind": "REVIEW"}
    analyst.post(address, {**told, "json": json.dumps(mapping), "json-before": "{}"})
    assert _mapping()["kind"] == "REVIEW"
    answer = analyst.post(address, {**told, "json": "{kind", "json-before": "{}"})
    assert "This is not JSON" in _words(answer)
    assert _mapping()["kind"] == "REVIEW"


def test_columns_of_a_vendors_table_are_told_by_what_changes_without_them(analyst: Client) -> None:
    content = (
        b"Timestamp,How likely are you to recommend us?,Why?\n2026-01-02 10:00:00,9,Fast\n2026-01-03 10:00:00,2,Slow\n"
    )
    address = _bring(analyst, "form.csv", content)["Location"]
    told = {"source": "google_forms_csv", "account": ""}
    analyst.post(address, told)
    analyst.post(address, {**told, "o-time_zone": "Europe/Berlin", "s0-column": "How likely are you to recommend us?",
                           "s0-measure": "NPS"})  # fmt: skip
    shown = analyst.get(address).context["draft"]
    assert shown.preview is not None, shown.refusal
    assert dict(shown.preview.columns)["How likely are you to recommend us?"].endswith("score, NPS")


def test_the_format_is_recognised_and_can_be_overridden(analyst: Client) -> None:
    address = _bring(analyst, "answers.json", DELIGHTED)["Location"]
    assert StagedFile.objects.get().source == "delighted"
    shown = analyst.get(address).context["draft"]
    assert shown.candidates[0].certainty in {"sure", "likely", "possible"}
    analyst.post(address, {"source": "asknicely", "account": ""})
    assert StagedFile.objects.get().source == "asknicely"


def _zip(**files: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def test_a_zip_is_brought_file_by_file_under_names_without_paths(analyst: Client) -> None:
    packed = _zip(**{"../../etc/one.csv": ANSWERS, "sub/two.json": DELIGHTED, "__MACOSX/._one.csv": b"x"})
    answer = _bring(analyst, "all.zip", packed)
    assert answer["Location"] == "/sources/#bring"
    assert {one.filename: one.source for one in StagedFile.objects.all()} == {
        "one.csv": "csv",
        "two.json": "delighted",
    }


REFUSED = {
    "nothing.csv": (b"  \n", "nothing.csv is empty"),
    "book.csv": (_zip(**{"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"}), "workbook cannot be read"),
    "old.xls": (b"\xd0\xcf\x11\xe0" + b"x" * 100, "Save it as .xlsx or CSV"),
    "paper.pdf": (b"%PDF-1.7 x", "Bring the export itself"),
    "broken.zip": (b"PK\x03\x04broken", "cannot be opened"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_taken_is_said_in_words_and_not_kept(analyst: Client, name: str) -> None:
    content, told = REFUSED[name]
    assert told in _words(_bring(analyst, name, content))
    assert not StagedFile.objects.exists()


def test_a_file_that_is_too_large_is_refused(analyst: Client, settings) -> None:
    settings.MAX_IMPORT_BYTES = 100
    assert "larger than" in _words(_bring(analyst))
    assert not StagedFile.objects.exists()


def test_one_bad_file_of_a_zip_leaves_none_behind(analyst: Client) -> None:
    assert "is empty" in _words(_bring(analyst, "all.zip", _zip(a=ANSWERS, b=b"")))
    assert not StagedFile.objects.exists()


def test_who_may_not_import_is_refused_at_every_step(sign_in: SignIn) -> None:
    leader = sign_in("CX leader")
    assert _bring(leader).status_code == 403
    staged = StagedFile.objects.create(
        filename="a.csv", size_bytes=1, sha256="", raw_name="x", created_by=a_person("Analyst", "ben")
    )
    for step in ("", "keep/", "start/", "forget/"):
        assert leader.post(f"/sources/files/{staged.pk}/{step}").status_code == 403
    delivery = Delivery.objects.create(source="csv", state="READING")
    assert leader.post(f"/sources/{delivery.pk}/stop/").status_code == 403
    assert leader.get(f"/sources/{delivery.pk}/set-aside/1/").status_code == 403


def test_a_file_that_another_brought_is_not_shown(analyst: Client) -> None:
    staged = StagedFile.objects.create(
        filename="a.csv", size_bytes=1, sha256="", raw_name="x", created_by=a_person("Analyst", "ben")
    )
    assert analyst.get(f"/sources/files/{staged.pk}/").status_code == 404
    assert "a.csv" not in _words(analyst.get("/sources/"))


def test_a_running_import_tells_its_pace_and_can_be_stopped(analyst: Client) -> None:
    now = timezone.now()
    delivery = Delivery.objects.create(
        source="csv", filename="a.csv", state="READING", size_bytes=1000, bytes_read=500, read=5000, accepted=5000,
        started_at=now - timedelta(seconds=10), heartbeat_at=now,
    )  # fmt: skip
    words = _words(analyst.get(f"/sources/{delivery.pk}/"))
    assert re.search(r"records/s, about (9|10|11) s left", words)
    analyst.post(f"/sources/{delivery.pk}/stop/")
    delivery.refresh_from_db()
    assert delivery.state == "CANCELLED"
    state = analyst.get(f"/sources/{delivery.pk}/state/?alone=1")
    assert state["HX-Refresh"] == "true"


def test_files_nobody_imported_are_forgotten_after_two_days(analyst: Client) -> None:
    _address(analyst)
    now = timezone.now()
    assert forget_old(now) == 0
    assert forget_old(now + timedelta(days=3)) == 1
    assert not StagedFile.objects.exists()


def test_several_files_are_imported_at_once_and_those_with_questions_wait(analyst: Client, sent: list[str]) -> None:
    _bring(analyst, "delighted.json", DELIGHTED)
    _bring(analyst)  # asks for the time zone
    _bring(analyst, "unknown.bin", b"\x01\x02\x03")
    words = _words(analyst.post("/sources/files/start/", follow=True))
    assert "1 file is being imported. 2 need to be told more" in words
    assert [one.filename for one in Delivery.objects.all()] == ["delighted.json"]
    assert StagedFile.objects.count() == 2
    assert len(sent) == 1


def test_records_refused_for_the_same_value_are_mended_together(analyst: Client, sent: list[str]) -> None:
    pulses = [
        {"id": str(n), "survey_type": "nps", "score": "ten" if n < 3 else 9, "created_at": 1767225600, "person": {}}
        for n in range(5)
    ]
    address = _bring(analyst, "delighted.json", json.dumps(pulses).encode())["Location"]
    delivery_address = analyst.post(f"{address}start/", _told(analyst, address))["Location"]
    key = Delivery.objects.get().pk
    assert read(key)
    page = analyst.get(delivery_address)
    assert page["Cache-Control"] == "no-store"
    assert "3 records have ten in score" in _words(page)
    words = _words(
        analyst.post(f"/sources/{key}/mend/", {"field": "score", "was": "ten", "becomes": "10"}, follow=True)
    )
    assert "3 read again" in words
    assert Feedback.objects.count() == 5
    assert not SetAside.objects.filter(state="OPEN").exists()
    assert Delivery.objects.get().set_aside == 0


def test_what_is_still_wrong_stays_set_aside_with_its_new_reason(analyst: Client, sent: list[str]) -> None:
    pulses = [
        {"id": str(n), "survey_type": "nps", "score": "ten", "created_at": 1767225600, "person": {}} for n in range(2)
    ]
    address = _bring(analyst, "delighted.json", json.dumps(pulses).encode())["Location"]
    analyst.post(f"{address}start/", _told(analyst, address))
    key = Delivery.objects.get().pk
    assert read(key)
    told = {"field": "score", "was": "ten", "becomes": "99"}
    assert "2 are still set aside" in _words(analyst.post(f"/sources/{key}/mend/", told, follow=True))
    assert {row.reason for row in SetAside.objects.all()} == {
        row.reason for row in SetAside.objects.all() if "99" in row.reason
    }


@pytest.mark.parametrize("packed", [False, True], ids=["alone", "in a zip"])
def test_a_workbook_is_looked_at_and_imported_like_any_table(analyst: Client, sent: list[str], packed: bool) -> None:
    content = made(("Sheet1", FORM))
    name, content = ("all.zip", _zip(**{"Form(1-2).xlsx": content})) if packed else ("Form(1-2).xlsx", content)
    address = _bring(analyst, name, content)["Location"]
    assert StagedFile.objects.get().source == "microsoft_forms_csv"
    assert "Say which is meant" in _words(analyst.get(address))
    form = _told(analyst, address, **{"o-time_zone": "Europe/Berlin"})
    analyst.post(address, form)
    assert "was read as CSAT" in _words(analyst.get(address))
    analyst.post(f"{address}start/", form)
    delivery = Delivery.objects.get()
    assert read(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.accepted, delivery.set_aside) == ("DONE", 2, 0)
    assert Feedback.objects.get(source_id="Form:1").occurred_at.isoformat() == "2026-04-03T07:04:07+00:00"


def test_what_was_noticed_names_no_options_of_the_command_line(analyst: Client) -> None:
    content = made(("About", [["Our form"]]), ("Answers", FORM), ("Old", FORM))
    address = _bring(analyst, "Form.xlsx", content)["Location"]
    analyst.post(address, _told(analyst, address, **{"o-time_zone": "Europe/Berlin"}))
    words = _words(analyst.get(address))
    assert "The workbook has 3 sheets; 'Answers' was read. Another can be told: 'About', 'Answers', 'Old'." in words
    analyst.post(address, _told(analyst, address, **{"o-sheet": "About"}))
    assert "This is no table of Microsoft Forms" in _words(analyst.get(address))
