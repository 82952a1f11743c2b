"""Every periodic job and its hour, on one screen."""

from datetime import timedelta
from typing import Any

from celery.schedules import crontab

SCHEDULE: dict[str, dict[str, Any]] = {
    "resume-deliveries": {"task": "insights.tasks.intake.resume_deliveries", "schedule": timedelta(seconds=60)},
    "hand-out-pulls": {"task": "insights.tasks.pulls.hand_out_pulls", "schedule": timedelta(seconds=60)},
    "resume-linking": {"task": "insights.tasks.linking.resume_linking", "schedule": timedelta(minutes=5)},
    "enrich-what-is-pending": {"task": "insights.tasks.enrichment.enrich_pending", "schedule": timedelta(seconds=15)},
    "read-what-is-outdated": {
        "task": "insights.tasks.enrichment.read_outdated",
        "schedule": timedelta(seconds=60),
    },
    "resume-tagging": {"task": "insights.tasks.taxonomy.resume_tagging", "schedule": timedelta(seconds=60)},
    "take-up-into-search": {"task": "insights.tasks.search.take_up_due", "schedule": timedelta(seconds=15)},
    "ask-the-language-model": {
        "task": "insights.tasks.opinions.ask_language_model",
        "schedule": timedelta(minutes=1),
    },
    "drain-dirty-days": {"task": "insights.tasks.mart.drain_dirty_days", "schedule": timedelta(seconds=10)},
    "forget-staged-files": {
        "task": "insights.tasks.intake.forget_staged_files",
        "schedule": crontab(minute="15", hour="*"),
    },
    "forget-hook-calls": {
        "task": "insights.tasks.intake.forget_hook_calls",
        "schedule": crontab(minute="45", hour="3"),
    },
    "calibrate-sentiment": {
        "task": "insights.tasks.calibration.calibrate_sentiment",
        "schedule": crontab(hour="2", minute="10"),
    },
    "forget-unnamed-files": {
        "task": "insights.tasks.intake.forget_unnamed_files",
        "schedule": crontab(minute="20", hour="4"),
    },
    "compact-the-mart": {"task": "insights.tasks.mart.compact_mart", "schedule": crontab(hour="2", minute="30")},
    "measure-quality": {"task": "insights.tasks.quality.measure_quality", "schedule": crontab(hour="3", minute="10")},
}
