"""Every periodic job and its hour, on one screen."""

from datetime import timedelta
from typing import Any

from celery.schedules import crontab

SCHEDULE: dict[str, dict[str, Any]] = {
    "resume-deliveries": {"task": "insights.tasks.intake.resume_deliveries", "schedule": timedelta(seconds=60)},
    "enrich-what-is-pending": {"task": "insights.tasks.enrichment.enrich_pending", "schedule": timedelta(seconds=15)},
    "drain-dirty-days": {"task": "insights.tasks.mart.drain_dirty_days", "schedule": timedelta(seconds=10)},
    "forget-staged-files": {
        "task": "insights.tasks.intake.forget_staged_files",
        "schedule": crontab(minute="15", hour="*"),
    },
    "compact-the-mart": {"task": "insights.tasks.mart.compact_mart", "schedule": crontab(hour="2", minute="30")},
}
