"""The wiring: settings, site map, Celery application, clock and the embedded services. Nothing imports this package."""
