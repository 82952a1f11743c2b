"""The door for WSGI servers."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxhub.settings")
application = get_wsgi_application()
import_module(settings.ROOT_URLCONF)  # all pages and their engines now, not while the first visitor waits
