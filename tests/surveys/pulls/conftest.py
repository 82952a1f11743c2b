"""What tests of pulls that are called share."""

import pytest


@pytest.fixture
def tasks(monkeypatch) -> list[tuple[str, tuple[str, ...]]]:
    """Collect what is handed to the workers instead of handing it over."""
    sent: list[tuple[str, tuple[str, ...]]] = []
    monkeypatch.setattr(
        "celery.app.base.Celery.send_task", lambda self, name, args=(), **more: sent.append((name, args))
    )
    return sent


@pytest.fixture(autouse=True)
def _no_static_files(settings, tmp_path) -> None:
    """The test client's middleware looks for a folder of static files, which nobody has collected here."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
