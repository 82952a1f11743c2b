"""A standing way in: an address that a vendor's webhook calls, or a system that we ask on a schedule."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from insights.models.keys import new_key


class Connection(models.Model):
    """One webhook or one scheduled pull of one source, with its secrets sealed and its health."""

    class Kind(models.TextChoices):
        HOOK = "HOOK", "Webhook"
        PULL = "PULL", "Scheduled pull"

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    kind = models.CharField(max_length=4, choices=Kind)
    source = models.CharField(max_length=60)
    reads = models.CharField(max_length=60, blank=True, db_default="")  # of a pull: the source that reads its pages
    account = models.CharField(max_length=120, blank=True)
    label = models.CharField(max_length=120)
    key = models.CharField(max_length=64, unique=True)  # a hook's part of the address, not to be guessed
    secrets = models.BinaryField(blank=True, default=b"")  # sealed JSON: signing secret, tokens, passwords
    options = models.JSONField(default=dict)  # what is not secret: address, survey, mapping, start date
    is_active = models.BooleanField(default=True)
    every_minutes = models.PositiveIntegerField(null=True, blank=True)  # pulls only
    cursor = models.JSONField(default=dict)  # how far a pull has come; written with the delivery of its page
    next_at = models.DateTimeField(null=True, blank=True)  # when a pull is due, back-off included
    began_at = models.DateTimeField(null=True, blank=True)  # of the run under way; none while the pull rests
    woken_at = models.DateTimeField(null=True, blank=True)  # the last call that told of something to be fetched
    claimed_until = models.DateTimeField(null=True, blank=True)  # a worker is at it; a killed one lets go by time
    tried_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    error = models.TextField(blank=True)  # why the last try failed, and what to do
    refused = models.PositiveBigIntegerField(default=0)  # calls with a wrong signature, or told before
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["label", "id"]
        constraints = [
            models.CheckConstraint(name="connection_kind_known", condition=Q(kind__in=["HOOK", "PULL"])),
            models.CheckConstraint(
                name="connection_pull_has_interval", condition=~Q(kind="PULL") | Q(every_minutes__gte=1)
            ),
        ]
        indexes = [
            models.Index(name="connection_due", fields=["next_at"], condition=Q(kind="PULL", is_active=True)),
        ]

    def __str__(self) -> str:
        return self.label


class HookCall(models.Model):
    """A signed call that was taken: the same one again is a replay."""

    id = models.BigAutoField(primary_key=True)
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="calls")
    digest = models.CharField(max_length=64)  # of what the vendor signs: its id of the call, or signature and body
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="hook_call_once", fields=["connection", "digest"])]
        indexes = [models.Index(name="hook_call_by_time", fields=["received_at"])]

    def __str__(self) -> str:
        return self.digest
