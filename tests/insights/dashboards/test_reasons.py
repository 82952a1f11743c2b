"""Contact reasons: the tree, its witnesses, who causes it, agents' codes; and the way to the very conversations."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.test import Client

from insights.dashboards.boards.demand import demand
from insights.dashboards.boards.reason_codes import reason_codes
from insights.dashboards.boards.reasons import Reasons, read_address, reasons
from insights.metrics import compile as counting
from insights.metrics import engine
from insights.metrics.query import MetricQuery
from insights.metrics.viewer import EVERYTHING, Viewer
from insights.models import Assumption
from tests.insights.dashboards.company import END, a_person
from tests.insights.dashboards.reasons_company import LATE, PLAN, TEXT, WORDS, WRONG, tell_reasons
from tests.insights.mart.conftest import NOW, Facts

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
PAGES = ("/reasons/", "/reasons/demand/", "/reasons/codes/")
LIMITED = Viewer(may_read_rows=False, may_see_agents=False, only={})


@pytest.fixture
def told(facts: Facts, built: Callable[..., int]) -> None:
    tell_reasons(facts, built)


def _board(viewer: Viewer = EVERYTHING, **asked: str) -> Reasons:
    return reasons(list(asked.items()), viewer, last_day=END.date(), path="/reasons/", now=NOW)


def _page(**asked: str) -> MetricQuery:
    return read_address(list(asked.items()), END.date())[0]


def _cells(board: Reasons, key: str) -> dict[str, Any]:
    line = next(line for line in board.lines if line.key == key)
    return dict(zip([column.key for column in board.columns], line.numbers, strict=True))


def _words(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_topics_stand_below_each_other_with_their_numbers(told: None) -> None:
    board = _board(open="all")
    assert [(line.key, line.level, line.has_more, line.is_shown) for line in board.lines] == [
        ("billing", 1, True, True),
        ("bills", 2, True, True),
        ("wrong_charge", 3, False, True),
        ("delivery", 1, True, True),
        ("router_late", 2, False, True),
        ("prices", 1, True, True),
        ("tariff_change", 2, False, True),
    ]
    cells = _cells(board, "wrong_charge")
    assert cells["contacts"].said.value == str(WRONG)
    assert (cells["company"].said.value, cells["customer"].said.value) == ("100", "25")
    assert cells["customer"].said.interval == "14 to 40"
    assert {"back", "words", "repeat", "handle", "transfer", "escalation"} <= cells.keys()
    assert board.lines[2].owner == "Finance, failure"


def test_what_contacts_cost_stands_there_as_soon_as_something_is_assumed_of_it(
    told: None, built: Callable[..., int]
) -> None:
    assert "cost" not in {column.key for column in _board().columns}
    assert "What contacts cost is left out" in " ".join(_board().notes)
    made = Assumption.objects.create(made_at=NOW)
    made.channels.create(channel="VOICE", cost_per_minute=0.6, cost_per_contact=1.0)
    built()
    cost = _cells(_board(), "router_late")["cost"]
    assert cost.said.value
    assert demand(_page(), EVERYTHING, now=NOW).heads == ("Average handle time, min", "Cost of contacts, EUR")


def test_what_is_unfolded_stands_in_the_address(told: None) -> None:
    shown = {line.key for line in _board().lines if line.is_shown}
    assert shown == {"billing", "bills", "delivery", "router_late", "prices", "tariff_change"}  # the first two levels
    assert {line.key for line in _board(open="none").lines if line.is_shown} == {"billing", "delivery", "prices"}
    board = _board(open="billing", toggle="bills")
    assert {line.key for line in board.lines if line.is_shown} == {
        *("billing", "bills", "wrong_charge", "delivery", "prices"),
    }
    assert board.opened == ("billing", "bills")
    assert _board(open="billing", toggle="billing").opened == ("none",)


def test_the_widest_gap_between_witnesses_is_told_in_words(told: None) -> None:
    board = _board()
    assert board.disagreement[0].startswith("Company and customers differ most about wrong_charge: the company 100")
    assert "75 points apart" in board.disagreement[0]
    line = next(line for line in board.lines if line.key == "wrong_charge")
    assert line.plot is not None
    assert line.plot.is_apart
    assert [mark.shape for mark in line.plot.marks] == ["square", "circle", "diamond", "triangle"]
    assert line.plot.marks[0].x == 200
    assert all(mark.low <= mark.x <= mark.high for mark in line.plot.marks)


def test_only_changes_that_survive_among_all_are_told(told: None) -> None:
    board = _board()
    assert board.headline == "The share of contacts about router_late fell by 60 points (48 to 68)."
    told_of = " ".join(finding.text for finding in board.findings)
    assert "The share of contacts about wrong_charge rose by 46 points" in told_of, told_of
    cells = _cells(board, "router_late")
    assert cells["contacts"].change is None  # 52 after 40 is chance
    assert _cells(board, "wrong_charge")["share"].change.is_real
    assert _board(compare="none").headline == "Most contacts are about wrong_charge (60)."


def test_windows_of_coming_back_can_be_chosen_and_nothing_else(told: None, sign_in: SignIn) -> None:
    board = _board(window_days="30", repeat_topic="same")
    query = next(dict(parse_qsl(url.partition("?")[2])) for name, url in board.exports if name == "Came back")
    assert (query["window_days"], query["repeat_topic"]) == ("30", "same")
    assert [option.value for option in board.windows] == ["1", "3", "7", "30"]
    answer = sign_in().get("/reasons/?window_days=5")
    assert answer.status_code == 400
    assert "window_days is '5'" in _words(answer).replace("&#x27;", "'")


def test_the_cx_side_shows_what_surveys_tell_of_the_same_reasons(told: None) -> None:
    board = _board(side="cx")
    cells = _cells(board, "wrong_charge")
    assert list(cells)[:3] == ["answers", "share", "solved"]
    assert cells["answers"].said.value == "100"
    assert cells["coverage"].said.value == "67"
    assert board.tiles[0].label == "Solved, customers say"
    assert "side=cx" in board.address


@pytest.mark.parametrize("side", ["contacts", "cx"])
def test_every_number_is_the_engines(told: None, side: str) -> None:
    board = _board(side=side, open="all")
    for line in board.lines:
        for cell in line.numbers:
            pairs = parse_qsl(cell.url.partition("?")[2])
            metric = dict(pairs)["metric"]
            query = MetricQuery.from_pairs(metric, [pair for pair in pairs if pair[0] != "metric"], today=END.date())
            total = engine.answer(query, EVERYTHING, now=NOW).total
            base = cell.said.base
            assert base in {"", f"n = {total.n:,}", f"{total.customers} known customers"}, (line.key, cell.url)
            nobody = not cell.said.value and cell.short == "none"  # a share that nobody is in
            assert bool(cell.said.value) == (not nobody and total.value is not None), (line.key, cell.url)
            assert total.value == 0 or not nobody


def test_the_chart_holds_what_the_api_answers(told: None, sign_in: SignIn) -> None:
    figure = _board().witnesses.figure
    client = sign_in()
    drawn = {trace["name"]: dict(zip(trace["customdata"], trace["x"], strict=True)) for trace in figure["data"][1:]}
    for name, metric in {"Company says": "fcr_company", "Customer says": "fcr_customer_contacts"}.items():
        asked = {"since": "2026-03-03", "until": "2026-06-01", "by": "topic"}
        rows = client.get(f"/api/v1/metrics/{metric}", asked).json()["rows"]
        values = {row["by"]["topic"]: round(row["value"], 5) for row in rows if row["value"] is not None}
        assert drawn[name] == {topic: value for topic, value in values.items() if topic in drawn[name]}
        assert drawn[name]


def test_departments_are_ranked_by_the_contacts_their_failures_cause(told: None) -> None:
    section = demand(_page(), EVERYTHING, now=NOW)
    assert [(cause.department, cause.contacts.value) for cause in section.causes] == [
        ("Finance", str(WRONG)),
        ("Logistics", str(LATE + 12)),
    ]
    assert section.sentence.startswith("Finance causes most of them: 60 contacts (46 to 77), most of all wrong_charge")
    assert [line.name for line in section.chart.lines] == ["Finance", "Logistics", "Sales"]
    failure, value = section.chart.figure["data"]
    assert dict(zip(failure["y"], failure["x"], strict=True)) == {"Finance": 60, "Logistics": 52}
    assert dict(zip(value["y"], value["x"], strict=True)) == {"Sales": PLAN}
    assert [reason.name for reason in section.causes[1].reasons] == ["router_late"]


def test_a_departments_conversations_are_as_many_as_were_counted(told: None, sign_in: SignIn) -> None:
    cause = demand(_page(), EVERYTHING, now=NOW).causes[1]
    client = sign_in()
    assert client.get(cause.records_url).context["board"].count == cause.contacts.value
    assert client.get(cause.tree_url).status_code == 200


def test_codes_are_paired_by_name_or_majority_and_agreement_says_so(told: None) -> None:
    section = reason_codes(_page(), EVERYTHING, now=NOW)
    assert [(line.code, line.stands_for) for line in section.lines] == [
        ("wrong_charge", "wrong_charge, by its name"),
        ("D2", "router_late, as most often"),
        ("tariff-change", "tariff_change, by its name"),
        ("B17", "wrong_charge, as most often"),
    ]
    assert section.agreed == "100.0"
    assert section.base == "n = 130 of 130 contacts with a code"
    assert "2 of 4 codes have no topic of their name" in section.doubt
    assert section.lines[0].fields[0].is_pair


def test_a_field_of_the_table_leads_to_its_contacts(told: None, sign_in: SignIn) -> None:
    line = reason_codes(_page(), EVERYTHING, now=NOW).lines[0]
    field = line.fields[0]
    page = sign_in().get(field.url)
    assert page.context["board"].count == field.n == "45"
    assert "wrong_charge" in _words(page)  # both filters are seen


def test_the_conversations_have_the_words_marked_that_made_it_so(told: None, sign_in: SignIn) -> None:
    board = _board()
    client = sign_in()
    url = next(line.records_url for line in board.lines if line.key == "billing")
    html = client.get(url).content.decode()
    assert html.count(f'<mark class="told topic" title="about wrong_charge">{WORDS}</mark>') == 50  # a page of them
    other = next(line.records_url for line in board.lines if line.key == "router_late")
    assert "told topic" not in client.get(other).content.decode()  # these mentions point at no words
    assert WORDS in client.get(other).content.decode()


def test_one_go_asks_the_engine_for_the_whole_tree(told: None, monkeypatch: pytest.MonkeyPatch) -> None:
    groups = []
    monkeypatch.setattr(engine, "together", lambda queries: groups.append(counting.together(queries)) or groups[-1])
    _board(segment="")
    assert [len(group) for group in groups] == [2]  # the cost is one more than a statement of fifteen parts holds
    demand(_page(segment=""), EVERYTHING, now=NOW)
    reason_codes(_page(segment=""), EVERYTHING, now=NOW)
    assert [len(group) for group in groups] == [2, 1, 1]


def test_the_page_asks_the_database_a_fixed_number_of_times(
    told: None, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    client = sign_in()
    for page in PAGES:
        client.get(page)
        with django_assert_max_num_queries(9):
            client.get(f"{page}?channel=VOICE")


def test_the_page_shows_its_sections_and_no_inline_style(told: None, sign_in: SignIn) -> None:
    client = sign_in("Contact-center manager")
    html = client.get("/reasons/").content.decode()
    assert 'hx-get="/reasons/demand/?' in html
    assert 'aria-current="page"' in html
    for page in PAGES:
        html = client.get(page).content.decode()
        assert " style=" not in html
        assert "<style" not in html


def test_who_may_not_read_records_sees_numbers_alone(told: None, sign_in: SignIn) -> None:
    client = sign_in("Agent")
    for page in PAGES:
        answer = client.get(page)
        assert answer.status_code == 200
        assert "/records/" not in answer.content.decode()
    assert Client().get("/reasons/").status_code == 302


def test_a_table_with_hidden_fields_tells_no_agreement(facts: Facts, built: Callable[..., int]) -> None:
    facts.topic("billing")
    for number in range(40):
        code = "rare" if number < 3 else "billing"
        facts.contact(END, text=TEXT, topics=["billing"], reason_code=code, customer=f"c{number}")
    built()
    section = reason_codes(_page(), LIMITED, now=NOW)
    assert section.silence.startswith("Some fields are hidden")
    assert (section.agreed, section.lines) == ("", ())


def test_without_topics_contacts_or_words_it_says_what_to_do(facts: Facts, built: Callable[..., int]) -> None:
    facts.contact(END, text=TEXT)
    built()
    assert "taxonomy load" in _board().silence
    assert "Nobody reached out" in _board(channel="LETTER").silence or "taxonomy" in _board(channel="LETTER").silence
    facts.topic("billing", department="Finance")
    facts.contact(END, text=TEXT, topics=[])
    built()
    assert _board().silence == "None of these 2 contacts tells a reason that a topic fits."
    assert _board(channel="LETTER").silence.startswith("Nobody reached out here")
    assert demand(_page(), EVERYTHING, now=NOW).silence.startswith("No topic of these contacts has an owning")
    assert reason_codes(_page(), EVERYTHING, now=NOW).silence.startswith("No contact here has a reason code")


def test_an_instance_without_data_says_what_to_do_next(sign_in: SignIn) -> None:
    assert "Nothing has been told yet" in _words(sign_in().get("/reasons/"))


def test_the_overview_leads_to_the_reasons(told: None) -> None:
    client = Client()
    client.force_login(a_person("CX leader"))
    html = client.get("/?channel=VOICE").content.decode()
    assert re.search(r'href="/reasons/\?[^"]*channel=VOICE', html)
