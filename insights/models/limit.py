"""Which part of the data one person may see."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q


class ViewingLimit(models.Model):
    """One person sees only feedback whose queue, team … has one of these values. All limits of a person hold."""

    class Dimension(models.TextChoices):
        QUEUE = "queue", "Queue"
        TEAM = "team", "Team"
        CHANNEL = "channel", "Channel"
        SEGMENT = "segment", "Segment"
        PRODUCT = "product", "Product"
        REGION = "region", "Region"
        SOURCE = "source", "Source"

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="viewing_limits")
    dimension = models.CharField(max_length=12, choices=Dimension)
    values = ArrayField(models.CharField(max_length=200))

    class Meta:
        constraints = [
            models.UniqueConstraint(name="limit_once_per_dimension", fields=["user", "dimension"]),
            models.CheckConstraint(name="limit_allows_something", condition=Q(values__len__gte=1)),
            models.CheckConstraint(
                name="limit_dimension_known",
                condition=Q(dimension__in=["queue", "team", "channel", "segment", "product", "region", "source"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dimension}: {', '.join(self.values)}"

    def clean(self) -> None:
        """Refuse a limit without values, which would read as "nothing" here and as "everything" there."""
        if not self.values:
            raise ValidationError({"values": "Name at least one value."})
