"""How far each source has delivered, each stage has come, and which days the mart has to rebuild."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection, models
from django.db.models import Q


class Freshness(models.Model):
    """How far one stage has come: INTAKE per source and account, MART for the whole."""

    class Stage(models.TextChoices):
        INTAKE = "INTAKE", "Intake"
        MART = "MART", "Mart"

    id = models.BigAutoField(primary_key=True)
    stage = models.CharField(max_length=6, choices=Stage)
    source = models.CharField(max_length=60, blank=True)
    account = models.CharField(max_length=120, blank=True)
    latest_record_at = models.DateTimeField(null=True, blank=True)  # the newest fact told
    delivered_at = models.DateTimeField(null=True, blank=True)  # when it was told
    version = models.BigIntegerField(null=True, blank=True)  # of the mart's feedback table
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="freshness_once_per_stage", fields=["stage", "source", "account"]),
            models.CheckConstraint(name="freshness_stage_known", condition=Q(stage__in=["INTAKE", "MART"])),
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.source}"


class DirtyDays(models.Manager["DirtyDay"]):
    """The one way in which a day becomes dirty."""

    def mark(self, days: Iterable[date], now: datetime) -> None:
        """Mark local days as changed, in the transaction that changes them. Sorted: no deadlocks."""
        wanted = sorted(set(days))
        if not wanted:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO insights_dirtyday (day, marks, marked_at) "
                "SELECT day, 1, %s FROM unnest(%s::date[]) AS day "
                "ON CONFLICT (day) DO UPDATE SET marks = insights_dirtyday.marks + 1, marked_at = EXCLUDED.marked_at",
                [now, wanted],
            )


class DirtyDay(models.Model):
    """A day of the company's calendar whose facts changed since the mart last saw it.

    `marks` grows with every mark; the mart removes the row only if `marks` is still what it read before rebuilding.
    """

    day = models.DateField(primary_key=True)
    marks = models.BigIntegerField(default=1)
    marked_at = models.DateTimeField()

    objects = DirtyDays()

    def __str__(self) -> str:
        return str(self.day)
