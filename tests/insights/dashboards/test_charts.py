"""Figures are plain dicts that Plotly draws, with intervals, and with colours that follow the theme."""

import json
from dataclasses import replace
from importlib.resources import files
from typing import Any

import plotly.graph_objects as go

from insights.dashboards.charts import Panel, side_by_side, trend
from tests.insights.dashboards.answers import a_change, a_query, a_row, an_answer

WEEKS = ("2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26")


def _course() -> Any:
    query = a_query(bucket="week", compare="previous")
    rows = [a_row(query, float(place), bucket=week, change=a_change()) for place, week in enumerate(WEEKS)]
    rows[2] = replace(rows[2], value=None, low=None, high=None, state="WITHHELD", n=4)
    return trend(an_answer(query, rows=rows), "surveys", "NPS")


def _columns() -> Any:
    surveys, contacts = a_query("csat", by=("segment",)), a_query("aht_seconds", by=("segment",))
    one = an_answer(surveys, rows=[a_row(surveys, 60.0, by={"segment": "Gold"})])
    two = an_answer(contacts, rows=[a_row(contacts, 300.0, by={"segment": value}) for value in ("Gold", None)])
    panels = [
        Panel(answer=one, voice="surveys", label="CSAT"),
        Panel(answer=two, voice="contacts", label="Handle time"),
    ]
    return side_by_side(panels, "segment", ["Gold", None])


def test_plotly_accepts_every_figure() -> None:
    for figure in (_course(), _columns()):
        go.Figure(json.loads(json.dumps(figure)))


def test_every_kind_of_trace_is_in_the_bundle_that_pages_load() -> None:
    bundle = (files("plotly") / "package_data" / "plotly.min.js").read_text(encoding="utf-8")
    kinds = {trace["type"] for figure in (_course(), _columns()) for trace in figure["data"]}
    assert kinds
    for kind in kinds:
        assert f'name:"{kind}"' in bundle or f'moduleType:"trace",name:"{kind}"' in bundle


def test_no_figure_holds_a_raw_colour() -> None:
    text = json.dumps([_course(), _columns()])
    assert "#" not in text
    assert text.replace("rgba(0,0,0,0)", "").count("rgb") == 0


def test_a_withheld_bucket_is_a_gap_and_never_zero() -> None:
    line = _course()["data"][-1]
    assert line["y"][2] is None


def test_a_bucket_that_the_period_cuts_is_marked() -> None:
    query = a_query(bucket="week", since=a_query().since.replace(day=7))
    rows = [a_row(query, float(place), bucket=week) for place, week in enumerate(WEEKS)]
    line = trend(an_answer(query, rows=rows), "surveys", "NPS")["data"][-1]
    assert line["marker"]["symbol"] == ["circle-open", "circle", "circle", "circle"]
    assert "2 of its days are outside the period" in line["text"][0]


def test_seconds_are_drawn_in_minutes_and_the_axis_says_so() -> None:
    figure = _columns()
    assert figure["data"][1]["x"] == [5.0, 5.0]
    assert figure["layout"]["xaxis2"]["title"]["text"] == "minutes"


def test_points_carry_whiskers_and_say_what_the_card_says_first() -> None:
    points = _columns()["data"][0]
    assert points["error_x"]["array"] == [4.0]
    assert points["text"] == ["<b>60\u202f%</b> (56 to 64)<br>n = 412"]


def test_a_value_nobody_told_is_named_so() -> None:
    assert _columns()["data"][1]["y"] == ["Gold", "not known"]
