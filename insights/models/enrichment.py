"""What was read out of a feedback's words, by which version, and how far that work is."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q


class Enrichment(models.Model):
    """The readings of one feedback. A null reading is unknown, never neutral.

    Work is claimed by row lock inside the transaction that writes the results, so that a killed worker leaves PENDING.
    """

    class State(models.TextChoices):
        PENDING = "PENDING", "Waiting"
        DONE = "DONE", "Done"
        FAILED = "FAILED", "Failed three times"

    feedback = models.OneToOneField(
        "insights.Feedback", on_delete=models.CASCADE, primary_key=True, related_name="enrichment"
    )
    state = models.CharField(max_length=7, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)  # back-off after a failure
    error = models.TextField(blank=True)
    versions = models.JSONField(default=dict)  # {"language": "1", "embed": "minilm-l6-int8-1", "sentiment": "3"}
    language = models.CharField(max_length=12, blank=True)  # blank: not known
    language_confidence = models.FloatField(null=True, blank=True)
    sentiment = models.FloatField(null=True, blank=True)  # -1 … +1, the customer's own words
    sentiment_label = models.CharField(max_length=8, blank=True)  # NEGATIVE, NEUTRAL, POSITIVE; blank: not known
    sentiment_confidence = models.FloatField(null=True, blank=True)
    effort = models.FloatField(null=True, blank=True)  # 0 … 1, how hard the customer found it
    is_high_effort = models.BooleanField(null=True, blank=True)
    # {"COMPLAINT": {"confidence": 0.8, "turn": 12, "start": 0, "end": 9}, "COMPETITOR": {…, "name": "Acme"}}; null: not
    # read. Keys that are absent were looked for and not found.
    intents = models.JSONField(null=True, blank=True)
    outcome = models.CharField(max_length=8, blank=True, db_default="")  # SOLVED, UNSOLVED, UNCLEAR; blank: not known
    outcome_confidence = models.FloatField(null=True, blank=True)
    asked_for_superior = models.BooleanField(null=True, blank=True)  # the words tell of an escalation
    seen_before = models.BooleanField(null=True, blank=True)  # the words tell that it is not the first time
    summary = models.TextField(blank=True, db_default="")  # the customer's first telling sentence
    duplicate_of = models.ForeignKey(
        "insights.Feedback", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )  # the first text that says nearly the same
    is_classified = models.BooleanField(null=True, blank=True)  # false: no topic above its threshold; null: not read
    words = models.PositiveIntegerField(null=True, blank=True)  # the customer's, redaction markers not counted
    enriched_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="enrichment_state_known", condition=Q(state__in=["PENDING", "DONE", "FAILED"])),
            models.CheckConstraint(
                name="enrichment_sentiment_in_range",
                condition=Q(sentiment__isnull=True) | Q(sentiment__gte=-1, sentiment__lte=1),
            ),
            models.CheckConstraint(
                name="enrichment_outcome_known", condition=Q(outcome__in=["", "SOLVED", "UNSOLVED", "UNCLEAR"])
            ),
            models.CheckConstraint(
                name="enrichment_effort_in_range",
                condition=Q(effort__isnull=True) | Q(effort__gte=0, effort__lte=1),
            ),
            models.CheckConstraint(
                name="enrichment_done_has_time", condition=~Q(state="DONE") | Q(enriched_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(name="enrichment_work", fields=["not_before", "feedback"], condition=Q(state="PENDING")),
            models.Index(
                name="enrichment_duplicates", fields=["duplicate_of"], condition=Q(duplicate_of__isnull=False)
            ),
            models.Index(name="enrichment_failed", fields=["feedback"], condition=Q(state="FAILED")),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.feedback_id}"


class Embedding(models.Model):
    """What the encoder made of one text, stored once: every later judgement works from it."""

    feedback = models.OneToOneField(
        "insights.Feedback", on_delete=models.CASCADE, primary_key=True, related_name="embedding"
    )
    vector = models.BinaryField()  # 384 little-endian float16 of unit length
    # 384 float16 of a middle layer, which still knows the mood; null: made before there was one
    tone = models.BinaryField(null=True)
    encoder = models.CharField(max_length=60)

    def __str__(self) -> str:
        return f"{self.encoder} {self.feedback_id}"


class Signature(models.Model):
    """What finds texts that say nearly the same: MinHashes of the first of each group; those like it have none."""

    feedback = models.OneToOneField(
        "insights.Feedback", on_delete=models.CASCADE, primary_key=True, related_name="signature"
    )
    digest = models.CharField(max_length=16)  # of the words it was made from
    bands = ArrayField(models.IntegerField())  # texts that share one are compared
    hashes = models.BinaryField()  # little-endian uint16 each: the share of equal ones estimates Jaccard's index

    class Meta:
        indexes = [GinIndex(name="signature_by_band", fields=["bands"], fastupdate=False)]

    def __str__(self) -> str:
        return f"{self.digest} {self.feedback_id}"
