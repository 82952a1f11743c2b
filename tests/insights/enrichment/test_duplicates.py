"""Texts that say nearly the same are one group, whose first is the earliest, however they arrive."""

import csv
import io
import itertools
import random
from datetime import timedelta
from pathlib import Path

import pytest

from insights.enrichment import duplicates
from insights.enrichment.duplicates import alike, bands_of, regroup, signature
from insights.enrichment.reading import reading_of
from insights.models import Enrichment, Feedback, Signature

SAID = "The parcel was left in the rain and the box with the lamp inside was completely soaked."
OTHER = "My invoice for June is twice as high as it should be and nobody explains to me why."
COMMENTS = Path(duplicates.__file__).parent / "training_texts" / "service_comments.csv"


@pytest.fixture
def say(tell, now):
    """Store texts told so many days after the first, and group them as a batch would."""

    def _say(*told: tuple[str, int]) -> list[Feedback]:
        rows = [tell(text, occurred_at=now + timedelta(days=day)) for text, day in told]
        _regroup(rows)
        return rows

    return _say


def _regroup(rows) -> None:
    rows = list(rows)
    regroup([reading_of(row.pk, row.text) for row in rows], {row.pk: row.occurred_at for row in rows})


def _first_of(row: Feedback) -> object:
    return Enrichment.objects.get(pk=row.pk).duplicate_of_id


@pytest.mark.django_db
def test_an_edited_copy_belongs_to_the_earliest(say):
    first, copy, other = say((SAID, 0), (SAID.replace("completely", "totally") + " Again!", 1), (OTHER, 2))
    assert (_first_of(first), _first_of(copy), _first_of(other)) == (None, first.pk, None)


@pytest.mark.django_db
def test_a_template_with_other_numbers_is_the_same(say):
    first, copy = say(
        ("Your order 4471 of 12 May has been shipped.", 0), ("Your order 98 of 3 May has been shipped.", 1)
    )
    assert _first_of(copy) == first.pk


@pytest.mark.django_db
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_order_of_arrival_does_not_matter(say, order):
    days = [0, 1, 2]
    rows = {}
    for place in order:
        (rows[place],) = say((SAID + " Really." * (place % 2), days[place]))
    assert [_first_of(rows[place]) for place in range(3)] == [None, rows[0].pk, rows[0].pk]
    assert list(Signature.objects.values_list("pk", flat=True)) == [rows[0].pk]


@pytest.mark.django_db
def test_reading_again_changes_nothing(say):
    rows = say((SAID, 0), (SAID, 1), (OTHER, 2))
    before = list(Enrichment.objects.order_by("pk").values_list("pk", "duplicate_of"))
    _regroup(rows)
    _regroup(reversed(rows))
    assert list(Enrichment.objects.order_by("pk").values_list("pk", "duplicate_of")) == before


@pytest.mark.django_db
def test_when_the_first_says_something_else_its_copies_are_read_again(say):
    first, copy = say((SAID, 0), (SAID, 1))
    Enrichment.objects.update(state="DONE", enriched_at=first.occurred_at)
    regroup([reading_of(first.pk, OTHER)], {first.pk: first.occurred_at})
    waiting = Enrichment.objects.get(pk=copy.pk)
    assert (waiting.state, waiting.duplicate_of) == ("PENDING", None)


@pytest.mark.django_db
def test_the_queries_do_not_grow_with_the_batch(say, django_assert_max_num_queries):
    with django_assert_max_num_queries(45):  # 24 of them store the facts of the test
        say(
            *[
                (f"{SAID} {word}", day)
                for day, word in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight"])
            ]
        )


@pytest.mark.parametrize("text", ["", "thanks", "thank you very much", "😀 😀", "[NAME] [EMAIL]"])
def test_too_few_words_tell_of_no_copy(text):
    assert signature(text) is None


def test_a_long_text_has_a_signature():
    assert signature(SAID * 100) is not None


def _comments() -> list[str]:
    """Comments about many services, each written for itself, by twos: 17 words, as in a survey."""
    rows = csv.DictReader(io.StringIO(COMMENTS.read_text(encoding="utf-8")))
    texts = [row["text"] for row in rows if len(row["text"].split()) >= 6]
    return [f"{one} {other}" for one, other in zip(texts[0::2], texts[1::2], strict=False)][:300]


def _edited(text: str, chance: random.Random) -> str:
    """What people do to a copy: capitals, full stops, a greeting, one word more, one letter wrong."""
    words = text.split()
    edit = chance.choice(["upper", "stop", "greet", "add", "typo"])
    if edit == "upper":
        return text.upper()
    if edit == "stop":
        return text.replace(".", "!!!")
    if edit == "greet":
        return f"Hi, {text}"
    place = chance.randrange(len(words))
    if edit == "add":
        return " ".join([*words[:place], "really", *words[place:]])
    return " ".join([*words[:place], words[place][1:], *words[place + 1 :]])


def test_copies_are_found_and_other_texts_are_not():
    """Goals: recall 0.97, precision 0.99, over all pairs of the comments and an edited copy of each."""
    chance, texts = random.Random(6), _comments()
    sides = [[signature(text) for text in texts], [signature(_edited(text, chance)) for text in texts]]
    bands = [[set(bands_of(one)) for one in side] for side in sides]
    found = right = 0
    for i, j in itertools.product(range(len(texts)), repeat=2):
        if bands[0][i] & bands[1][j] and alike(sides[0][i], sides[1][j]) >= duplicates.ALIKE:
            found += 1
            right += i == j
    assert right / len(texts) >= 0.97
    assert right / found >= 0.99
