"""How survey answers of one source find the contact they ask about when they do not name it exactly."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class LinkRule(models.Model):
    """What people declared for the answers of a source: whose contacts their ids are, and the fallback by window.

    A blank account or survey means every one; the narrowest rule that fits an answer holds. No rule: no fallback.
    """

    id = models.BigAutoField(primary_key=True)
    source = models.CharField(max_length=60)  # of the answers
    account = models.CharField(max_length=120, blank=True)
    survey = models.CharField(max_length=200, blank=True)
    contact_source = models.CharField(max_length=60, blank=True)  # whose contacts the answers' ids are; blank: any
    contact_account = models.CharField(max_length=120, blank=True)
    id_attribute = models.CharField(max_length=120, blank=True)  # which attribute holds the id where none was told
    window_hours = models.PositiveSmallIntegerField(null=True, blank=True)  # null: no fallback
    channels = ArrayField(models.CharField(max_length=10), default=list, blank=True)  # of the contact; empty: any
    queues = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    changed_at = models.DateTimeField()
    linked_at = models.DateTimeField(null=True, blank=True)  # when what was stored before had been linked by it
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["source", "account", "survey"]
        constraints = [
            models.UniqueConstraint(name="link_rule_once", fields=["source", "account", "survey"]),
            models.CheckConstraint(name="link_rule_has_source", condition=~Q(source="")),
            models.CheckConstraint(
                name="link_rule_window_in_range",
                condition=Q(window_hours__isnull=True) | Q(window_hours__gte=1, window_hours__lte=744),
            ),
            models.CheckConstraint(
                name="link_rule_account_of_a_source", condition=Q(contact_account="") | ~Q(contact_source="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}:{self.account}:{self.survey}"

    @property
    def is_linking(self) -> bool:
        """Whether what was stored before is still being linked by this rule."""
        return self.linked_at is None or self.linked_at < self.changed_at


class LooseLink(models.Model):
    """What linking wrote into an answer and takes back when it finds better: all but a link by the exact id."""

    feedback = models.OneToOneField(
        "insights.Feedback", on_delete=models.CASCADE, primary_key=True, related_name="loose_link"
    )
    source_id = models.CharField(max_length=200, blank=True)  # the id that was looked for; blank: by window
    took = ArrayField(models.CharField(max_length=20), default=list)  # fields that were empty before

    class Meta:
        indexes = [models.Index(name="loose_link_by_id", fields=["source_id"], condition=~Q(source_id=""))]

    def __str__(self) -> str:
        return f"{self.feedback_id} {self.source_id}"
