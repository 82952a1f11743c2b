"""Background work: each task translates in, makes one call, translates out. Celery finds every module here."""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
