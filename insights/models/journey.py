"""What customers did that is not feedback."""

from typing import Final

from django.db import models
from django.db.models import Q

from insights.models.feedback import Channel
from insights.models.keys import new_key

SELF_SERVICE: Final = ("BOT", "IVR")  # channels without a person


class JourneyEvent(models.Model):
    """A visit, search, purchase, phone-menu path, bot session or delivery."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    source = models.CharField(max_length=60)
    account = models.CharField(max_length=120, blank=True)
    source_id = models.CharField(max_length=200)
    revision = models.BigIntegerField(default=0)
    content_hash = models.CharField(max_length=32)
    delivery = models.ForeignKey("insights.Delivery", on_delete=models.SET_NULL, null=True, related_name="+")
    customer = models.ForeignKey(  # found through event_by_customer: one index less to write
        "insights.Customer", on_delete=models.SET_NULL, null=True, related_name="events", db_index=False
    )
    event = models.CharField(max_length=80)
    channel = models.CharField(max_length=10, choices=Channel)
    journey_stage = models.CharField(max_length=12, blank=True)
    occurred_at = models.DateTimeField()
    attributes = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="event_once_per_source_id", fields=["source", "account", "source_id"]),
            models.CheckConstraint(name="event_channel_known", condition=Q(channel__in=Channel.values)),
            models.CheckConstraint(name="event_has_source_id", condition=~Q(source="") & ~Q(source_id="")),
        ]
        indexes = [
            models.Index(name="event_by_customer", fields=["customer", "occurred_at"]),
            models.Index(  # sessions of self-service are rows of the mart, which is built by days
                name="event_of_self_service", fields=["occurred_at"], condition=Q(channel__in=SELF_SERVICE)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.source}:{self.source_id}"
