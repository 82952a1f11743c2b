"""A person's judgement of one text: the gold set that measures the enrichers, and corrections that survive re-runs."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from insights.models.keys import new_key


class Label(models.Model):
    """What one person says of one feedback. For TOPIC, `topic` is the one judged and `value` YES or NO."""

    class Task(models.TextChoices):
        TOPIC = "TOPIC", "Topic"
        SENTIMENT = "SENTIMENT", "Sentiment"  # NEGATIVE, NEUTRAL, POSITIVE
        OUTCOME = "OUTCOME", "Solved?"  # SOLVED, UNSOLVED, UNCLEAR
        COMPLAINT = "COMPLAINT", "Complaint"  # YES, NO; so are the following
        CHURN_RISK = "CHURN_RISK", "Churn risk"
        IDEA = "IDEA", "Idea"
        EFFORT = "EFFORT", "High effort"

    class Purpose(models.TextChoices):
        CORRECTION = "CORRECTION", "Correction"  # of what a reader saw: wins over the model for this text
        QUEUE = "QUEUE", "Labelling queue"  # chosen because the model is unsure: trains, does not measure
        GOLD = "GOLD", "Gold set"  # chosen at random: measures, does not train

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    feedback = models.ForeignKey("insights.Feedback", on_delete=models.CASCADE, related_name="labels")
    task = models.CharField(max_length=10, choices=Task)
    topic = models.ForeignKey("insights.Topic", on_delete=models.CASCADE, null=True, blank=True, related_name="labels")
    value = models.CharField(max_length=12)
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.CORRECTION)
    turn = models.ForeignKey("insights.Turn", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    start = models.PositiveIntegerField(null=True, blank=True)  # characters, as Mention has them
    end = models.PositiveIntegerField(null=True, blank=True)
    seen_before = models.CharField(max_length=12, blank=True)  # what the model said then
    words_digest = models.CharField(max_length=16, blank=True)  # of the words judged: an edited text is another text
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="labels")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="label_once_per_person",
                fields=["feedback", "task", "topic", "by"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="label_topic_where_asked",
                condition=Q(task="TOPIC", topic__isnull=False) | (~Q(task="TOPIC") & Q(topic__isnull=True)),
            ),
            models.CheckConstraint(
                name="label_value_known",
                condition=Q(task="SENTIMENT", value__in=["NEGATIVE", "NEUTRAL", "POSITIVE"])
                | Q(task="OUTCOME", value__in=["SOLVED", "UNSOLVED", "UNCLEAR"])
                | Q(task__in=["TOPIC", "COMPLAINT", "CHURN_RISK", "IDEA", "EFFORT"], value__in=["YES", "NO"]),
            ),
            models.CheckConstraint(
                name="label_purpose_known", condition=Q(purpose__in=["CORRECTION", "QUEUE", "GOLD"])
            ),
        ]
        indexes = [models.Index(name="label_by_task", fields=["task", "purpose"])]

    def __str__(self) -> str:
        return f"{self.task} {self.value} of {self.feedback_id}"
