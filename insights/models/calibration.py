"""What labelled texts say about which media's sentiment can be compared, as last worked out."""

from django.db import models


class Calibration(models.Model):
    """One result. The latest that is not stale stands; what it is about is worked out in `insights.analysis`."""

    id = models.BigAutoField(primary_key=True)
    made_at = models.DateTimeField()  # when this result was first found
    checked_at = models.DateTimeField()  # when the labels last gave it
    sentiment_version = models.CharField(max_length=60)  # what read the texts
    labelled = models.JSONField()  # {"SURVEY": 140}: texts judged at random and read by that version, by medium
    pairs = models.JSONField()  # [{"first": "SURVEY", "second": "CHAT", "verdict": "SAME", "differences": […], …}]
    is_stale = models.BooleanField(default=False)  # another version reads now: nothing is known until the next run

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="calibration_one_stands", fields=["is_stale"], condition=models.Q(is_stale=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sentiment_version} {self.made_at:%Y-%m-%d}"
