"""What the tests of reading stand on: one encoder for the whole run, and a way to put down a feedback in one line."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from django.conf import settings

from insights.enrichment.encoder import build_encoder
from insights.models import Enrichment, Feedback, Turn

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def _encoder_is_built() -> Path:
    return build_encoder()


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def tell() -> Callable[..., Feedback]:
    """Store a feedback that waits to be read."""
    numbers = count(1)

    def _tell(text: str = "", *, turns: list[tuple[str, str]] | None = None, **fields: object) -> Feedback:
        given = {"kind": "SURVEY", "channel": "WEB", "occurred_at": NOW, "source": "test", **fields}
        feedback = Feedback.objects.create(source_id=str(next(numbers)), content_hash="x", text=text, **given)
        for position, (speaker, said) in enumerate(turns or []):
            Turn.objects.create(feedback=feedback, position=position, speaker=speaker, text=said)
        Enrichment.objects.create(feedback=feedback)
        return feedback

    return _tell


@pytest.fixture
def shared() -> Path:
    """The labelled texts beside the project; their tests are skipped, visibly, where they are absent."""
    folder = Path(settings.BASE_DIR).parent / "shared" / "texts"
    if not folder.is_dir():
        pytest.skip("the shared texts are not on this machine")
    return folder
