"""What webhooks and pulls bring is shown together by connection and day, and leads to what is to be looked at."""

import html
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from insights.intake.hooks import make
from insights.models import Connection, Delivery

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(sign_in) -> Client:
    return sign_in("Contact-center manager")


@pytest.fixture
def hook() -> Connection:
    return make(source="push", label="The shop", secret="a long random text")[0]


def called(hook, count=1, *, days_ago=0, **more):
    for _ in range(count):
        made = Delivery.objects.create(
            source="push", origin="WEBHOOK", connection=hook, state=more.pop("state", "DONE"), **more
        )
        Delivery.objects.filter(pk=made.pk).update(created_at=timezone.now() - timedelta(days=days_ago))
    return made


def shown(client, address="/sources/"):
    answer = client.get(address)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def rows(page):
    """Return the cells of the table of what came by itself."""
    table = re.search(r'aria-label="What webhooks and pulls brought.*?</table>', page, re.S)
    if table is None:
        return []
    lines = re.findall(r"<tr>(.*?)</tr>", table[0], re.S)[1:]
    return [
        [re.sub(r"<[^>]+>", " ", cell).split() for cell in re.findall(r"<td.*?</td>", line, re.S)] for line in lines
    ]


def links(page):
    return re.findall(r'href="(/sources/connections/[^"]+)"', page)


def test_a_hundred_calls_are_one_line_and_files_stay_as_they_were(manager, hook):
    called(hook, 100, read=1, accepted=1)
    Delivery.objects.create(source="push", origin="FILE", filename="answers.csv", state="DONE")
    page = shown(manager)
    assert [[cell[0] for cell in row[1:]] for row in rows(page)] == [["100", "100", "100", "0", "0", "0", "0", "0"]]
    assert page.count('class="arrival"') == 1
    assert "answers.csv" in page


def test_each_day_has_its_line_the_newest_first_and_older_weeks_none(manager, hook):
    for days_ago in (0, 2, 30):
        called(hook, days_ago + 1, days_ago=days_ago)
    assert [row[1][0] for row in rows(shown(manager))] == ["1", "3"]


def test_two_connections_of_one_source_are_two_lines(manager, hook):
    called(hook)
    called(make(source="push", label="Another shop", secret="a long random text")[0], 2)
    page = shown(manager)
    assert [row[1][0] for row in rows(page)] == ["2", "1"]
    assert page.index("Another shop") < page.index("The shop")


def test_what_was_set_aside_or_not_readable_is_a_link_to_those_alone(manager, hook):
    called(hook, 3, read=1, accepted=1)
    aside = called(hook, read=2, accepted=1, set_aside=1)
    failed = called(hook, state="FAILED", error="It is no JSON.")
    page = shown(manager)
    everything, with_aside, unreadable = [link for link in links(page) if "?" in link]
    assert shown(manager, everything).count('class="arrival"') == 5
    for address, one in ((with_aside, aside), (unreadable, failed)):
        narrowed = shown(manager, address)
        assert narrowed.count('class="arrival"') == 1
        assert f"arrival-{one.pk}" in narrowed
        assert "All its deliveries" in narrowed


def test_nothing_to_look_at_is_no_link(manager, hook):
    called(hook, read=1, accepted=1)
    assert len([link for link in links(shown(manager)) if "?" in link]) == 1


def test_a_connection_that_is_gone_leaves_its_line_without_a_link(manager, hook):
    called(hook, 2, read=1, set_aside=1)
    hook.delete()
    page = shown(manager)
    assert [row[1][0] for row in rows(page)] == ["2"]
    assert not [link for link in links(page) if "?" in link]


def test_more_than_fit_say_that_they_are_the_newest(manager, hook):
    called(hook, 51)
    page = shown(manager, f"/sources/connections/{hook.pk}/")
    assert page.count('class="arrival"') == 50
    assert "These are the newest 50." in page


@pytest.mark.parametrize("wrong", ["?day=soon", "?day=2026-13-01"])
def test_a_day_that_is_none_is_not_found(manager, hook, wrong):
    assert manager.get(f"/sources/connections/{hook.pk}/{wrong}").status_code == 404


def test_who_is_not_signed_in_sees_none_of_it(hook):
    assert Client().get(f"/sources/connections/{hook.pk}/").status_code == 302


def test_the_page_asks_the_database_the_same_however_many_calls_there_were(
    manager, hook, django_assert_max_num_queries
):
    called(hook, 30)
    with django_assert_max_num_queries(40) as counted:
        shown(manager)
    before = len(counted)
    called(hook, 30)
    with django_assert_max_num_queries(before):
        shown(manager)
