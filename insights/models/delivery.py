"""What was delivered to us, how far it is read, and what had to be set aside."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from insights.models.keys import new_key


class Delivery(models.Model):
    """One file, page or payload as it arrived. Its bytes are kept encrypted and can be read again."""

    class Origin(models.TextChoices):
        FILE = "FILE", "File"
        PUSH = "PUSH", "Pushed through the API"
        WEBHOOK = "WEBHOOK", "Webhook"
        PULL = "PULL", "Pulled"

    class State(models.TextChoices):
        RECEIVED = "RECEIVED", "Waiting"
        READING = "READING", "Reading"
        DONE = "DONE", "Done"
        FAILED = "FAILED", "Could not be read"
        CANCELLED = "CANCELLED", "Cancelled"

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    source = models.CharField(max_length=60)
    account = models.CharField(max_length=120, blank=True)
    origin = models.CharField(max_length=7, choices=Origin, default=Origin.FILE)
    connection = models.ForeignKey(  # the webhook or pull that it came by; its index is the one below
        "Connection", on_delete=models.SET_NULL, null=True, blank=True, related_name="deliveries", db_index=False
    )
    filename = models.CharField(max_length=255, blank=True)
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=State, default=State.RECEIVED)
    size_bytes = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    raw_name = models.CharField(max_length=255, blank=True)  # file below RAW_DIR; blank once its retention is over
    read = models.PositiveBigIntegerField(default=0)
    accepted = models.PositiveBigIntegerField(default=0)
    updated = models.PositiveBigIntegerField(default=0)
    unchanged = models.PositiveBigIntegerField(default=0)
    set_aside = models.PositiveBigIntegerField(default=0)
    excluded = models.PositiveBigIntegerField(default=0)
    excluded_reasons = models.JSONField(default=dict)  # {"Survey preview": 3}
    notices = models.JSONField(default=list)  # sentences: what was guessed, what was ignored
    bytes_read = models.BigIntegerField(default=0)  # progress
    error = models.TextField(blank=True)  # why the whole could not be read
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.CheckConstraint(
                name="delivery_state_known",
                condition=Q(state__in=["RECEIVED", "READING", "DONE", "FAILED", "CANCELLED"]),
            ),
            models.CheckConstraint(
                name="delivery_counts_add_up",
                condition=Q(read=F("accepted") + F("updated") + F("unchanged") + F("set_aside") + F("excluded")),
            ),
            models.CheckConstraint(name="delivery_failed_says_why", condition=~Q(state="FAILED") | ~Q(error="")),
        ]
        indexes = [
            models.Index(name="delivery_open", fields=["state"], condition=Q(state__in=["RECEIVED", "READING"])),
            models.Index(name="delivery_by_connection", fields=["connection", "created_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.filename}"


class SetAside(models.Model):
    """A record that could not be read, with its reason. It can be mended and replayed."""

    class State(models.TextChoices):
        OPEN = "OPEN", "Open"
        REPLAYED = "REPLAYED", "Replayed"
        DISCARDED = "DISCARDED", "Discarded"

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="rows_set_aside")
    record = models.PositiveBigIntegerField()  # 1 is the first record of the delivery
    line = models.PositiveBigIntegerField(null=True, blank=True)
    field = models.CharField(max_length=200, blank=True)
    reason = models.TextField()
    payload = models.BinaryField()  # the record as read, JSON, encrypted
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["record"]
        constraints = [
            models.UniqueConstraint(name="set_aside_once_per_record", fields=["delivery", "record"]),
            models.CheckConstraint(name="set_aside_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="set_aside_state_known", condition=Q(state__in=["OPEN", "REPLAYED", "DISCARDED"])
            ),
        ]

    def __str__(self) -> str:
        return f"record {self.record}: {self.reason}"


class ColumnMapping(models.Model):
    """A declared mapping of a plain table's columns, saved under a name to be used again."""

    name = models.CharField(max_length=120, unique=True)
    declaration = models.JSONField()
    header = models.JSONField(default=list)  # the columns of the table it was made for: suggested for the next one
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
