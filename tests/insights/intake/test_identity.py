"""One person behind several identifiers, and never two persons made one by what says nothing."""

import hmac

import pytest

from insights.intake.identity import keyed_digest, normal_email
from insights.intake.merging import CannotUndo, undo_merge
from insights.intake.resolve import SHARED_PHONE_PEOPLE
from insights.intake.sealing import derived_key
from insights.intake.store import store
from insights.intake.telephones import normal_phone
from insights.models import Customer, CustomerIdentifier, CustomerMerge, Feedback
from tests.factories.records import a_contact, a_delivery, a_survey, customer

from .conftest import NOW

pytestmark = pytest.mark.django_db


def owner(source_id):
    return Feedback.objects.get(source_id=source_id).customer_id


def test_the_same_address_in_two_sources_is_one_customer(delivery):
    store([[a_survey("s", customer=customer(" Anna@Example.org"))]], delivery, NOW)
    store([[a_contact("c", customer=customer("anna@example.ORG "))]], a_delivery("desk"), NOW)
    assert owner("s") == owner("c") is not None


def test_the_same_number_is_one_customer_however_it_is_written():
    assert normal_phone("+49 30 1234567", "DE") == normal_phone("030/1234567", "DE") == "+49301234567"
    assert normal_phone("12", "DE") == ""
    assert (normal_email("no address"), normal_email("@")) == ("", "")


def test_a_vendors_id_means_nothing_in_another_account(delivery):
    record = a_survey("s", customer=customer(vendor_ids=("7",)))
    store([[record]], delivery, NOW)
    store([[record]], a_delivery(account="other"), NOW)
    assert Customer.objects.count() == 2


def test_identifiers_are_kept_as_digests_only(tell):
    tell(
        a_survey(customer=customer("anna@example.org", phone="0301234567", customer_number="K-77", vendor_ids=("v1",)))
    )
    kept = list(CustomerIdentifier.objects.values_list("kind", "digest"))
    assert {kind for kind, _ in kept} == {"EMAIL", "PHONE", "CUSTOMER_NUMBER", "VENDOR_ID"}
    assert all(len(digest) == 64 and "anna" not in digest for _, digest in kept)


def test_a_record_that_names_two_customers_makes_them_one_and_it_can_be_undone(tell):
    tell(a_survey("e", customer=customer("a@x.de", segment="gold")))
    tell(a_survey("n", customer=customer(customer_number="7", region="North")))
    first, second = owner("e"), owner("n")
    tell(a_survey("both", customer=customer("a@x.de", customer_number="7")))
    assert owner("e") == owner("n") == owner("both") == first
    known = Customer.objects.get()
    assert (known.segment, known.region) == ("gold", "North")

    restored = undo_merge(CustomerMerge.objects.get().pk, NOW)
    assert restored.pk == second
    assert (owner("e"), owner("n"), restored.region) == (first, second, "North")
    with pytest.raises(CannotUndo):
        undo_merge(CustomerMerge.objects.get().pk, NOW)


def test_what_people_took_apart_stays_apart(tell):
    tell(a_survey("e", customer=customer("a@x.de")), a_survey("n", customer=customer(customer_number="7")))
    tell(a_survey("both", customer=customer("a@x.de", customer_number="7")))
    undo_merge(CustomerMerge.objects.get().pk, NOW)
    tell(a_survey("again", customer=customer("a@x.de", customer_number="7")))
    assert owner("e") != owner("n")
    assert owner("again") == owner("n")  # the company's own number is the stronger word


def test_a_merge_of_merged_customers_can_be_undone_too(tell):
    tell(a_survey("3", customer=customer(phone="0301234567")))
    tell(a_survey("2", customer=customer("a@x.de")), a_survey("1", customer=customer(customer_number="7")))
    tell(a_survey("a", customer=customer("a@x.de", customer_number="7")))
    tell(a_survey("b", customer=customer("a@x.de", phone="0301234567")))
    assert Customer.objects.count() == 1
    for merge in CustomerMerge.objects.order_by("-merged_at", "-pk"):
        undo_merge(merge.pk, NOW)
    assert Customer.objects.count() == 3


def test_two_groups_of_one_batch_may_name_a_customer_that_one_of_them_merges_away(tell):
    tell(
        a_survey("1", customer=customer("p1@x.de", customer_number="2")),
        a_survey("2", customer=customer("p2@x.de")),
        a_survey("3", customer=customer("p0@x.de", customer_number="1")),
    )
    tell(
        a_survey("4", customer=customer("p0@x.de", customer_number="2")),
        a_survey("5", customer=customer("p2@x.de", customer_number="1")),
    )
    assert len({owner(source_id) for source_id in "12345"}) == 1
    assert Customer.objects.count() == 1


def test_a_switchboard_joins_nobody(tell):
    tell(
        *(
            a_survey(str(n), customer=customer(f"p{n}@x.de", phone="+4930999999"))
            for n in range(SHARED_PHONE_PEOPLE + 1)
        )
    )
    assert Customer.objects.count() == SHARED_PHONE_PEOPLE + 1
    tell(
        a_survey("alone", customer=customer(phone="+4930999999")),
        a_survey("f1", customer=customer("p1@x.de", phone="+4930888888")),
    )
    assert owner("f1") == owner("1")


def test_a_family_phone_joins_a_few(tell):
    tell(*(a_survey(str(n), customer=customer(f"p{n}@x.de", phone="+4930999999")) for n in range(3)))
    assert Customer.objects.count() == 1


def test_a_record_without_identifiers_has_no_customer(tell):
    tell(a_survey("s", customer=customer(segment="gold")))
    assert owner("s") is None
    assert Feedback.objects.get().segment == "gold"


@pytest.mark.parametrize("value", ["", "ann@example.org", "+49 30 5000001", "ä" * 500])
def test_a_digest_is_the_hmac_of_the_standard_library(value):
    key = derived_key(b"cxhub identifiers")
    assert keyed_digest(value) == hmac.digest(key, value.encode(), "sha256").hex()
