"""The shared taxonomy, and where its topics are mentioned."""

from django.db import models
from django.db.models import F, Q

from insights.models.keys import new_key


class Topic(models.Model):
    """One reason customers have, the same for surveys and contacts."""

    class Demand(models.TextChoices):
        VALUE = "VALUE", "Value demand"
        FAILURE = "FAILURE", "Failure demand"

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    key = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    description = models.TextField(blank=True)
    examples = models.JSONField(default=list)
    counter_examples = models.JSONField(default=list)  # sound like it and are not
    owner_department = models.CharField(max_length=120, blank=True)
    demand = models.CharField(max_length=7, choices=Demand, default=Demand.VALUE)
    journey_stage = models.CharField(max_length=12, blank=True)
    threshold = models.FloatField(null=True, blank=True)  # null: the taxonomy's own
    version = models.PositiveIntegerField(default=1)
    is_active = models.BooleanField(default=True)  # false: retired, kept for what was said of it before
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["name"]
        permissions = [("edit_taxonomy", "Can edit the taxonomy and put it live")]
        constraints = [
            models.UniqueConstraint(
                name="topic_used_name_once_per_parent",
                fields=["parent", "name"],
                nulls_distinct=False,
                condition=Q(is_active=True),  # a retired one leaves its name to others
            ),
            models.CheckConstraint(name="topic_demand_known", condition=Q(demand__in=["VALUE", "FAILURE"])),
            models.CheckConstraint(
                name="topic_threshold_is_probability",
                condition=Q(threshold__isnull=True) | Q(threshold__gte=0, threshold__lte=1),
            ),
            models.CheckConstraint(
                name="topic_not_its_own_parent", condition=Q(parent__isnull=True) | ~Q(parent=F("id"))
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Mention(models.Model):
    """A feedback mentions a topic; the span says where."""

    id = models.BigAutoField(primary_key=True)
    feedback = models.ForeignKey(  # the unique constraint begins with it
        "insights.Feedback", on_delete=models.CASCADE, related_name="mentions", db_index=False
    )
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="mentions")
    sentiment = models.FloatField(null=True, blank=True)
    confidence = models.FloatField()
    tagged_by = models.CharField(max_length=80)  # "model:topics-3" or "person:42"
    turn = models.ForeignKey("insights.Turn", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    start = models.PositiveIntegerField(null=True, blank=True)  # characters into the turn's or the feedback's text
    end = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="mention_once_per_topic", fields=["feedback", "topic"]),
            models.CheckConstraint(
                name="mention_sentiment_in_range",
                condition=Q(sentiment__isnull=True) | Q(sentiment__gte=-1, sentiment__lte=1),
            ),
            models.CheckConstraint(
                name="mention_confidence_is_probability", condition=Q(confidence__gte=0, confidence__lte=1)
            ),
            models.CheckConstraint(
                name="mention_span_in_order",
                condition=Q(start__isnull=True, end__isnull=True) | Q(start__lt=F("end")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic_id} in {self.feedback_id}"
