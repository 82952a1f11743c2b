"""What the contact center knows of a contact. Queue, team and agent stand on Feedback: answers carry them too."""

from django.db import models
from django.db.models import Q


def _not_negative(*names: str) -> list[models.CheckConstraint]:
    return [
        models.CheckConstraint(
            name=f"contact_{name}_not_negative", condition=Q((f"{name}__isnull", True)) | Q((f"{name}__gte", 0))
        )
        for name in names
    ]


class ContactFacts(models.Model):
    """Times, turns of events and outcome of one contact. Null is unknown, never zero."""

    class Direction(models.TextChoices):
        INBOUND = "INBOUND", "Inbound"
        OUTBOUND = "OUTBOUND", "Outbound"
        INTERNAL = "INTERNAL", "Internal"

    feedback = models.OneToOneField(
        "insights.Feedback", on_delete=models.CASCADE, primary_key=True, related_name="contact"
    )
    direction = models.CharField(max_length=8, choices=Direction, default=Direction.INBOUND)
    ended_at = models.DateTimeField(null=True, blank=True)
    wait_seconds = models.FloatField(null=True, blank=True)
    talk_seconds = models.FloatField(null=True, blank=True)
    hold_seconds = models.FloatField(null=True, blank=True)
    wrap_up_seconds = models.FloatField(null=True, blank=True)
    first_response_seconds = models.FloatField(null=True, blank=True)
    first_response_business_seconds = models.FloatField(null=True, blank=True)
    transfers = models.PositiveSmallIntegerField(null=True, blank=True)
    was_answered = models.BooleanField(null=True)
    was_abandoned = models.BooleanField(null=True)
    was_escalated = models.BooleanField(null=True)
    was_reopened = models.BooleanField(null=True)
    company_says_solved = models.BooleanField(null=True)
    reason_code = models.CharField(max_length=200, blank=True)  # as the agent chose it

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="contact_direction_known", condition=Q(direction__in=["INBOUND", "OUTBOUND", "INTERNAL"])
            ),
            models.CheckConstraint(
                name="contact_abandoned_is_not_answered",
                condition=Q(was_abandoned__isnull=True)
                | Q(was_answered__isnull=True)
                | ~Q(was_abandoned=True, was_answered=True),
            ),
            *_not_negative(
                "wait_seconds",
                "talk_seconds",
                "hold_seconds",
                "wrap_up_seconds",
                "first_response_seconds",
                "first_response_business_seconds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.feedback_id}"
