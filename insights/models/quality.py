"""How good the reading is: the texts that measure it, each measurement, and the heads learned from people's labels."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from insights.models.keys import new_key


class GoldText(models.Model):
    """One text drawn at random to measure the readings. It stays one, and what is said of it teaches nothing."""

    feedback = models.OneToOneField(
        "insights.Feedback", on_delete=models.CASCADE, primary_key=True, related_name="gold"
    )
    stratum = models.CharField(max_length=80)  # "SURVEY·EMAIL·en·NEGATIVE": what it was when it was drawn
    is_double = models.BooleanField(default=False)  # shown to a second person too
    drawn_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.stratum} {self.feedback_id}"


class QualityRun(models.Model):
    """One measurement of the readings against the gold set, with the drift of that day."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    at = models.DateTimeField(db_index=True)
    versions = models.JSONField(default=dict)  # of the steps that were measured
    figures = models.JSONField(default=dict)  # as insights.analysis.model_quality makes them
    drift = models.JSONField(default=dict)  # as insights.analysis.drift makes them

    def __str__(self) -> str:
        return f"quality of {self.at:%Y-%m-%d %H:%M}"


class AdoptedHead(models.Model):
    """A head refitted from people's labels: adopted where it is better on the gold set, else kept out."""

    class State(models.TextChoices):
        ADOPTED = "ADOPTED", "Adopted"
        KEPT_OUT = "KEPT_OUT", "Kept out"
        WITHDRAWN = "WITHDRAWN", "Withdrawn"
        REPLACED = "REPLACED", "Replaced by a newer one"

    number = models.BigAutoField(primary_key=True)
    task = models.CharField(max_length=10)  # as Label's
    state = models.CharField(max_length=9, choices=State)
    weights = models.BinaryField(null=True)  # null: there was too little to learn from
    version = models.CharField(max_length=40, blank=True)  # part of the step's version while it is adopted
    labels = models.PositiveIntegerField(default=0)  # texts it was learned from
    before = models.JSONField(default=dict)  # figures on the gold set without it
    after = models.JSONField(default=dict)  # and with it
    reason = models.TextField()  # why it was adopted or kept out, in words
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="adopted_head_one_per_task", fields=["task"], condition=Q(state="ADOPTED")),
            models.CheckConstraint(
                name="adopted_head_state_known",
                condition=Q(state__in=["ADOPTED", "KEPT_OUT", "WITHDRAWN", "REPLACED"]),
            ),
            models.CheckConstraint(
                name="adopted_head_has_weights", condition=~Q(state="ADOPTED") | Q(weights__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.version} ({self.state})"
