"""The Celery application; its periodic jobs stand in clock.py."""

import os
from datetime import timedelta

from celery import Celery

from cxhub.clock import SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxhub.settings")
app = Celery("cxhub")
app.config_from_object("django.conf:settings", namespace="CELERY")
# what is not taken up before the next of its kind comes is dropped: a busy worker is not owed a hundred of the same
app.conf.beat_schedule = {
    name: {**job, "options": {"expires": job["schedule"].total_seconds()}}
    if isinstance(job["schedule"], timedelta)
    else job
    for name, job in SCHEDULE.items()
}
app.autodiscover_tasks()
