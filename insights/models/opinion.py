"""What a language model says of a text, kept beside our own reading and never in its place."""

from django.db import models
from django.db.models import Q


class Opinion(models.Model):
    """One answer about one text. The same words are never asked about twice: `digest` and task find it again."""

    class Task(models.TextChoices):
        OUTCOME = "OUTCOME", "Was it solved?"
        SUMMARY = "SUMMARY", "Summary"

    class State(models.TextChoices):
        KEPT = "KEPT", "Kept"
        DROPPED = "DROPPED", "Dropped"  # the quote does not stand in the text, or the answer is none that was asked for

    id = models.BigAutoField(primary_key=True)
    feedback = models.ForeignKey("insights.Feedback", on_delete=models.CASCADE, related_name="opinions")
    task = models.CharField(max_length=8, choices=Task)
    digest = models.CharField(max_length=32)  # of the words, the task and its wording
    model = models.CharField(max_length=120)
    state = models.CharField(max_length=7, choices=State)
    value = models.TextField(blank=True)  # SOLVED, UNSOLVED, UNCLEAR; or the summary
    quote = models.TextField(blank=True)  # the customer's words it stands on
    reason = models.TextField(blank=True)  # why it was dropped
    tokens = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="opinion_once_per_task", fields=["feedback", "task"]),
            models.CheckConstraint(name="opinion_state_known", condition=Q(state__in=["KEPT", "DROPPED"])),
            models.CheckConstraint(name="opinion_kept_has_value", condition=~Q(state="KEPT") | ~Q(value="")),
            models.CheckConstraint(name="opinion_dropped_says_why", condition=~Q(state="DROPPED") | ~Q(reason="")),
        ]
        indexes = [models.Index(name="opinion_by_words", fields=["digest", "model"])]

    def __str__(self) -> str:
        return f"{self.task} {self.state} of {self.feedback_id}"


class OpinionBudget(models.Model):
    """How many tokens a day has cost: one row a day, locked while it is spent."""

    day = models.DateField(primary_key=True)
    tokens = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.day}: {self.tokens}"
