"""Keys for programs: hashed at rest, scoped, expiring."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from insights.models.keys import new_key


class AccessToken(models.Model):
    """A bearer token of one person for programs. Only its digest is kept."""

    class Scope(models.TextChoices):
        METRICS_READ = "metrics:read", "Read metrics"
        FEEDBACK_READ = "feedback:read", "Read records"
        IMPORTS_WRITE = "imports:write", "Import and push feedback"
        TOPICS_WRITE = "topics:write", "Edit the taxonomy and put it live"
        LABELS_WRITE = "labels:write", "Judge texts"

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="access_tokens")
    name = models.CharField(max_length=120, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=40))
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name or str(self.id)
