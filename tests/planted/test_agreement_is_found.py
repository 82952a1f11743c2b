"""The company's planted truths about surveys and contacts are found by the agreement, and nothing where nothing is."""

import numpy as np
import pytest

from cxhub.company.world import TOPIC_KEYS
from insights.analysis.agreement_counts import GROUPS, READ, Counts
from insights.analysis.agreement_shares import shares


def counts(ledger):
    """What both sides are about, as the ledger has it: no text is read here."""
    texts = np.zeros((GROUPS, len(READ)))
    mentions = np.zeros((GROUPS, len(READ), len(TOPIC_KEYS)))
    answers, contacts = ledger.answers, ledger.contacts
    says = answers.topic >= 0
    for medium, who, topic in (
        (0, answers.customer[says], answers.topic[says]),
        (1, contacts.customer, contacts.topic),
    ):
        group = who % GROUPS
        np.add.at(texts, (group, medium), 1)
        np.add.at(mentions, (group, medium, topic), 1)
    nothing = np.zeros_like(mentions)
    return Counts(tuple(TOPIC_KEYS), texts, texts, mentions, nothing, nothing, nothing)


@pytest.fixture(scope="module")
def told(lumio):
    return {one.topic: one for one in shares(counts(lumio.ledger))}


def test_app_login_is_loud_in_contacts_and_nearly_silent_in_surveys(told):
    one = told["app_login"]
    assert one.verdict == "LOUDER_IN_CONTACTS"
    assert one.gap.low > 0.03


def test_stores_are_loud_in_surveys_and_nearly_silent_in_contacts(told):
    one = told["store_visit"]
    assert one.verdict == "LOUDER_IN_SURVEYS"
    assert one.gap.high < -0.05


def test_a_customer_who_calls_again_and_again_counts_as_one(told):
    effects = {topic: one.contacts.design_effect for topic, one in told.items()}
    assert max(effects.values()) > 1.2  # late routers cause repeats
