"""What the tests of intake share."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from insights.intake.store import Outcome, store
from insights.models import Delivery
from tests.factories.records import a_delivery

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def delivery(db: None) -> Delivery:
    """A delivery of the plain source."""
    return a_delivery()


@pytest.fixture
def tell(delivery: Delivery) -> Callable[..., list[Outcome]]:
    """Store records, each as a record of the delivery, and return the outcomes."""
    return lambda *records: store([[record] for record in records], delivery, NOW)
