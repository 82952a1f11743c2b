"""How many customers were active: what rates of contact and complaint are taken of."""

from django.db import models
from django.db.models import Q


class Exposure(models.Model):
    """The active customers of one day, of one segment, region and product; "" is all of them together."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()  # of the company's calendar
    segment = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=80, blank=True)
    product = models.CharField(max_length=120, blank=True)
    customers = models.BigIntegerField()
    delivery = models.ForeignKey("insights.Delivery", on_delete=models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="exposure_once_per_day_and_group", fields=["day", "segment", "region", "product"]
            ),
            models.CheckConstraint(name="exposure_is_no_debt", condition=Q(customers__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.segment} {self.region} {self.product}: {self.customers}"
