"""What the company assumes of each channel: what contacts cost, and how soon they are to be answered."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from insights.models.feedback import Channel


class Assumption(models.Model):
    """One version, its number the key. Versions are added and never changed; the latest stands."""

    id = models.BigAutoField(primary_key=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    note = models.CharField(max_length=300, blank=True)  # where the figures are from

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.pk}"


class ChannelAssumption(models.Model):
    """What a version assumes of one channel. Null is not set."""

    id = models.BigAutoField(primary_key=True)
    assumption = models.ForeignKey(  # the unique constraint begins with it
        Assumption, on_delete=models.CASCADE, related_name="channels", db_index=False
    )
    channel = models.CharField(max_length=10, choices=Channel)
    cost_per_minute = models.FloatField(null=True, blank=True)  # of handling, in the company's currency
    cost_per_contact = models.FloatField(null=True, blank=True)
    answer_within_seconds = models.FloatField(null=True, blank=True)  # the service level's threshold

    class Meta:
        constraints = [
            models.UniqueConstraint(name="assumption_once_per_channel", fields=["assumption", "channel"]),
            models.CheckConstraint(name="assumption_channel_known", condition=Q(channel__in=Channel.values)),
            *(
                models.CheckConstraint(
                    name=f"assumption_{name}_in_range",
                    condition=Q((f"{name}__isnull", True)) | Q((f"{name}__gte", 0), (f"{name}__lte", 1_000_000)),
                )
                for name in ("cost_per_minute", "cost_per_contact", "answer_within_seconds")
            ),
        ]

    def __str__(self) -> str:
        return self.channel
