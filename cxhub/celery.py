"""The Celery application; its periodic jobs stand in clock.py."""

import os

from celery import Celery

from cxhub.clock import SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxhub.settings")
app = Celery("cxhub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = SCHEDULE
app.autodiscover_tasks()
