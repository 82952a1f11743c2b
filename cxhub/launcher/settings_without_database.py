"""The settings without a database: comparing models with migrations asks none, and must not wait for one."""

from cxhub.settings import *  # noqa: F403 - the same settings, but for one

DATABASES = {"default": {"ENGINE": "django.db.backends.dummy"}}
