"""A file that was brought and is being looked at: kept encrypted, nothing of it imported yet."""

from django.conf import settings
from django.db import models

from insights.models.keys import new_key


class StagedFile(models.Model):
    """One file with what its reader will be told. It becomes a delivery, or is forgotten."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    filename = models.CharField(max_length=255)
    source = models.CharField(max_length=60, blank=True)  # blank while nothing recognises it
    account = models.CharField(max_length=120, blank=True)
    options = models.JSONField(default=dict)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    raw_name = models.CharField(max_length=255)  # file below RAW_DIR
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.filename
