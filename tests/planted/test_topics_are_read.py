"""How well the ready topics, which were written without a look at the demo's phrases, find what was planted in it."""

from random import Random
from uuid import UUID

import pytest

from cxhub.company.telling import Teller
from cxhub.company.world import LANGUAGES, TOPICS
from insights.enrichment import embed, language, unit_vectors
from insights.enrichment.encoder import build_encoder
from insights.enrichment.reading import Said, customer_words, reading_of
from insights.enrichment.steps import run_steps
from insights.enrichment.taxonomy import READY, from_csv
from insights.enrichment.topic_teaching import teach
from insights.enrichment.topics import topics_of
from insights.intake.redaction import redact

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
NOBODY = UUID(int=0)
ENGLISH = LANGUAGES.index("en")


@pytest.fixture(scope="module")
def found_in():
    build_encoder()
    tree = from_csv(READY.read_text(encoding="utf-8"))
    model, _ = teach(tree, with_labels=False)
    keys = {node.id: node.key for node in tree}

    def _found(reading):
        finding = run_steps([reading], steps=(language, embed, unit_vectors))[0]
        return {keys[str(one.topic)] for one in topics_of(model, reading, finding) or ()}

    return _found


def precision_and_recall(told, found_in):
    """Of pairs of planted topic and reading: how much of what is shown was planted, and the other way round."""
    hits = shown = 0
    for topic, reading in told:
        found = found_in(reading)
        hits += topic in found
        shown += len(found)
    return hits / shown, hits / len(told)


def english(ledger, customers, rows, size):
    spoken = ledger.customers.language
    return Random(11).sample([row for row in rows if spoken[customers[row]] == ENGLISH], size)


def test_comments_show_what_they_were_planted_with(lumio, found_in):
    ledger, teller = lumio.ledger, Teller(lumio.ledger)
    rows = [row for row in range(len(ledger.answers)) if ledger.answers.topic[row] >= 0]
    told = []
    for row in english(ledger, ledger.answers.customer, rows, 600):
        text = redact(teller.answer(row))
        told.append((TOPICS[ledger.answers.topic[row]].key, reading_of(NOBODY, text, "en", "SURVEY", [Said(text)])))
    precision, recall = precision_and_recall(told, found_in)
    assert precision > 0.63
    assert recall > 0.24


def test_contacts_show_what_they_were_planted_with(lumio, found_in):
    ledger, teller = lumio.ledger, Teller(lumio.ledger)
    told = []
    for row in english(ledger, ledger.contacts.customer, range(len(ledger.contacts)), 250):
        subject, turns = teller.contact(row)
        said = [
            Said(redact(turn.text), "CUSTOMER" if turn.speaker == "customer" else "AGENT", place)
            for place, turn in enumerate(turns)
        ]
        words = customer_words("CONTACT", subject, "", [(one.speaker, one.text) for one in said])
        told.append((TOPICS[ledger.contacts.topic[row]].key, reading_of(NOBODY, words, "en", "CONTACT", said)))
    precision, recall = precision_and_recall(told, found_in)
    assert precision > 0.56
    assert recall > 0.5
