"""What every test stands on: real services of `manage.py test`, and an own mart, raw store and cache for each test."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.factories.reading import Read

# properties are about right and wrong; how long an example takes depends on what else the machine does
hypothesis_settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("house")
SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(autouse=True)
def _own_folders(settings: LazySettings, tmp_path: Path) -> None:
    """Give each test its own mart and raw store; the encoder's files are built once and shared."""
    settings.MART_URL = str(tmp_path / "mart")
    settings.RAW_DIR = tmp_path / "raw"
    settings.STATE_DIR = tmp_path / "state"


@pytest.fixture(autouse=True)
def _own_cache(settings: LazySettings) -> Iterator[None]:
    """Keep test processes out of each other's cached answers."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    settings.CACHES = {**settings.CACHES, "default": {**settings.CACHES["default"], "KEY_PREFIX": f"test-{worker}"}}
    yield
    cache.close()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of genuine samples and labelled texts; tests that need it skip, visibly, where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the folder of genuine samples is not beside the project")
    return SHARED


@pytest.fixture
def read() -> Callable[..., Read]:
    """Read bytes as a source does: read("zendesk", content, time_zone="UTC")."""
    return lambda key, content, **options: Read(key, content, options)


@pytest.fixture
def sample(shared: Path) -> Callable[[str], bytes]:
    """Return the bytes of a genuine file, named "zendesk/tickets.json"."""

    def bytes_of(name: str) -> bytes:
        path = shared / "samples" / name
        if not path.exists():
            pytest.skip(f"the sample {name} is not on this machine")
        return path.read_bytes()

    return bytes_of
