"""What makes texts findable: their words in full text, their meaning as a vector, and which are yet to be taken up."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from pgvector.django import HalfVectorField, HnswIndex

WIDTH = 384  # numbers of a sentence vector


class SearchEntry(models.Model):
    """One text as search knows it. Whether it may be seen is asked of its reading, each time."""

    feedback = models.OneToOneField(
        "insights.Feedback", on_delete=models.CASCADE, primary_key=True, related_name="search_entry"
    )
    occurred_at = models.DateTimeField()
    # what its feedback is filtered by, as "team=Billing": made by search_facets in the database
    facets = ArrayField(models.TextField(), default=list)
    language = models.CharField(max_length=12, blank=True)
    words = SearchVectorField()  # by the rules of `language`; the customer's weigh A, all others' C
    vector = HalfVectorField(dimensions=WIDTH, null=True)  # of unit length; null: the text has no words to embed
    encoder = models.CharField(max_length=60, blank=True)  # vectors of two encoders are never compared

    class Meta:
        indexes = [
            GinIndex(name="search_words", fields=["words"]),
            GinIndex(name="search_facets", fields=["facets"]),
            models.Index(name="search_by_time", fields=["occurred_at"]),
            models.Index(name="search_by_language", fields=["language"]),
            HnswIndex(name="search_meaning", fields=["vector"], m=16, ef_construction=64, opclasses=["halfvec_ip_ops"]),
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.feedback_id}"


class SearchDue(models.Model):
    """A text that was read (again) and is yet to be taken up by search."""

    feedback = models.OneToOneField("insights.Feedback", on_delete=models.CASCADE, primary_key=True, related_name="+")

    def __str__(self) -> str:
        return str(self.feedback_id)
