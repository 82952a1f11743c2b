"""Who a customer is: one person behind the identifiers that many systems know them by."""

from django.db import models
from django.db.models import F, Q

from insights.models.keys import new_key


class Customer(models.Model):
    """One customer of the company, without name or address: identifiers are kept as keyed digests only."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    segment = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=80, blank=True)
    product = models.CharField(max_length=120, blank=True)
    customer_since = models.DateField(null=True, blank=True)
    annual_value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="customer_value_not_negative", condition=Q(annual_value__isnull=True) | Q(annual_value__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"Customer {self.id}"


class CustomerIdentifier(models.Model):
    """One name a system has for a customer, as a keyed digest (HMAC-SHA256), so that it can be matched but not read."""

    class Kind(models.TextChoices):
        EMAIL = "EMAIL", "E-mail address"
        PHONE = "PHONE", "Phone number"
        VENDOR_ID = "VENDOR_ID", "Id in a source system"
        CUSTOMER_NUMBER = "CUSTOMER_NUMBER", "The company's own customer number"

    id = models.BigAutoField(primary_key=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="identifiers")
    kind = models.CharField(max_length=16, choices=Kind)
    namespace = models.CharField(max_length=120, blank=True)  # "source:account" of a vendor id, else empty
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="identifier_belongs_to_one_customer", fields=["kind", "namespace", "digest"]),
            models.CheckConstraint(
                name="identifier_kind_known", condition=Q(kind__in=["EMAIL", "PHONE", "VENDOR_ID", "CUSTOMER_NUMBER"])
            ),
            models.CheckConstraint(
                name="identifier_vendor_id_has_namespace",
                condition=~Q(kind="VENDOR_ID") | ~Q(namespace=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:8]}"


class CustomerMerge(models.Model):
    """Two customers found to be one. Holds what is needed to undo it: which rows moved."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    survivor = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="absorbed")
    absorbed_id = models.UUIDField()
    absorbed_facts = models.JSONField()  # segment, region, product … of the absorbed customer
    moved_identifiers = models.JSONField()  # list of CustomerIdentifier ids
    moved_feedback = models.JSONField()  # list of Feedback ids
    moved_events = models.JSONField()  # list of JourneyEvent ids
    reason = models.CharField(max_length=200)
    merged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="merge_of_two_customers", condition=~Q(survivor_id=F("absorbed_id"))),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed_id} into {self.survivor_id}"
