"""The wiring: settings, site map, Celery application, clock and the embedded services. Nothing imports this package."""

import os

# Linear algebra on one thread, set before numpy is loaded: workers are one process per core already, and threads that
# wait for each other made learning the topics many times slower. Whoever sets another number keeps it.
for _library in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_library, "1")
