"""Two questions a load balancer asks: is the process alive, and can it do its work."""

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from psycopg_pool import PoolTimeout

BROKER_PATIENCE_SECONDS = 2


def database_trouble() -> str | None:
    """Say why the database cannot be used, or that migrations are missing; None when all is well."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (DatabaseError, PoolTimeout):
        return "the database does not answer"
    if pending:
        return f"{len(pending)} migrations have not been applied: run 'manage.py migrate'"
    return None


def broker_trouble() -> str | None:
    """Say why the broker cannot be used; None when all is well."""
    broker = redis.Redis.from_url(
        settings.CELERY_BROKER_URL,
        socket_connect_timeout=BROKER_PATIENCE_SECONDS,
        socket_timeout=BROKER_PATIENCE_SECONDS,
    )
    try:
        broker.ping()
    except redis.RedisError:
        return "the broker does not answer"
    finally:
        broker.close()
    return None


@never_cache
def alive(request: HttpRequest) -> JsonResponse:
    """Answer 200 as long as the process can answer at all."""
    return JsonResponse({"status": "alive"})


@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, migrations and broker are there, else 503 with the reasons."""
    reasons = [trouble for trouble in (database_trouble(), broker_trouble()) if trouble]
    return JsonResponse(
        {"status": "not ready" if reasons else "ready", "reasons": reasons}, status=503 if reasons else 200
    )
