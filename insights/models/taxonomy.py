"""Versions of the taxonomy: each a whole tree with what was learned for it; one is live, at most one is being made."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class TaxonomyVersion(models.Model):
    """One state of the tree. Live topics are copies of the live version's tree, for the joins of everything else."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", "Draft"  # being edited
        TAGGING = "TAGGING", "Re-tagging"  # every text is judged by it, beside the live one
        READY = "READY", "Ready to go live"
        LIVE = "LIVE", "Live"
        OLD = "OLD", "Was live"
        DISCARDED = "DISCARDED", "Discarded"

    number = models.PositiveIntegerField(primary_key=True)
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    # [{"id": …, "key": …, "parent": key, "name": …, "description": …, "examples": […], "counter_examples": […],
    #   "demand": …, "owner_department": …, "journey_stage": …, "threshold": …, "is_active": …, "merged_into": key}]
    tree = models.JSONField(default=list)
    edits = models.JSONField(default=list)  # what was changed, in words, in order: [{"at", "by", "what"}]
    learned = models.BinaryField(null=True)  # the classifier's numbers; null: not learned yet
    digest = models.CharField(max_length=32, blank=True)  # of these numbers
    figures = models.JSONField(default=dict)  # of the classifier on its own examples, out of fold
    note = models.TextField(blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    tagging_since = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    cursor = models.UUIDField(null=True)  # the last feedback re-tagged: a killed worker goes on behind it
    texts_total = models.PositiveIntegerField(default=0)
    texts_done = models.PositiveIntegerField(default=0)
    diff = models.JSONField(default=dict)  # {topic id: {"before", "after", "gained", "lost", "moved_to", "samples"}}
    # what it would change of the newest texts: {"asked": when, "texts": n, "rows": as diff, "places": {text: {topic:
    # [turn, start, end]}}}; without "texts" it is being tried, empty: not tried since the last edit
    trial = models.JSONField(default=dict)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                name="taxonomy_state_known",
                condition=Q(state__in=["DRAFT", "TAGGING", "READY", "LIVE", "OLD", "DISCARDED"]),
            ),
            models.UniqueConstraint(name="taxonomy_one_live", fields=["state"], condition=Q(state="LIVE")),
            models.UniqueConstraint(
                models.Value(1), name="taxonomy_one_draft", condition=Q(state__in=["DRAFT", "TAGGING", "READY"])
            ),
            models.CheckConstraint(
                name="taxonomy_live_has_learned", condition=~Q(state="LIVE") | Q(published_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"taxonomy {self.number} ({self.state})"


class Retagged(models.Model):
    """What a version that is not live yet makes of one text; becomes mentions when it goes live."""

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(TaxonomyVersion, on_delete=models.CASCADE, related_name="retagged")
    feedback = models.ForeignKey("insights.Feedback", on_delete=models.CASCADE, related_name="+")
    enriched_at = models.DateTimeField()  # of the reading judged: a text read anew since then is judged again
    # [{"topic": id, "confidence": …, "sentiment": …, "turn": …, "start": …, "end": …}]; null: cannot be judged
    topics = models.JSONField(null=True)
    changed = models.BooleanField()  # other topics than the live version's

    class Meta:
        constraints = [models.UniqueConstraint(name="retagged_once", fields=["version", "feedback"])]

    def __str__(self) -> str:
        return f"{self.feedback_id} by {self.version_id}"


class UnitVectors(models.Model):
    """The vectors of a long text's sentences, so that a changed topic needs no encoder."""

    feedback = models.OneToOneField(
        "insights.Feedback", on_delete=models.CASCADE, primary_key=True, related_name="unit_vectors"
    )
    encoder = models.CharField(max_length=60)
    digest = models.CharField(max_length=16)  # of the units' words and places
    vectors = models.BinaryField()  # 384 little-endian float16 each, in the order in which the text is cut

    def __str__(self) -> str:
        return f"{self.encoder} units of {self.feedback_id}"
