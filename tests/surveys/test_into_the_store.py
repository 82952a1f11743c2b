"""Genuine files on their whole way: delivered, translated, stored; and delivered again."""

import io

import pytest

from insights.intake.delivery import read as read_delivery
from insights.intake.delivery import receive
from insights.models import Delivery, Feedback, Score

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _raw_files_in_a_folder_of_their_own(settings, tmp_path):
    settings.RAW_DIR = tmp_path


def delivered(source: str, content: bytes, **options: str) -> Delivery:
    delivery = receive(io.BytesIO(content), source, options, filename="export.csv")
    read_delivery(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.error == ""
    return delivery


def counts(delivery: Delivery) -> tuple[int, ...]:
    return delivery.accepted, delivery.updated, delivery.unchanged, delivery.set_aside, delivery.excluded


def test_the_same_export_again_adds_nothing(sample):
    content = sample("qualtrics_csv/api_export_labels_csat_contact_resolution.csv")
    assert counts(delivered("qualtrics_csv", content)) == (10, 0, 0, 0, 16)
    assert counts(delivered("qualtrics_csv", content)) == (0, 0, 10, 0, 16)
    assert Feedback.objects.count() == 10


def test_a_narrower_export_erases_nothing(sample):
    delivered("qualtrics_csv", sample("qualtrics_csv/api_export_labels_csat_contact_resolution.csv"))
    before = {one.source_id: (one.text, one.customer_says_solved) for one in Feedback.objects.all()}
    scores = Score.objects.count()
    delivered("qualtrics_csv", sample("qualtrics_csv/api_export_open_ended_subset.csv"))
    assert {one.source_id: (one.text, one.customer_says_solved) for one in Feedback.objects.all()} == before
    assert Score.objects.count() == scores
