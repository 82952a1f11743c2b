"""Records that are frozen, and quick to make."""

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from insights.intake.frozen import quickly_made
from insights.intake.record import FeedbackRecord, ScoreRecord
from insights.intake.source import RawRecord
from tests.factories.records import a_survey


@quickly_made
@dataclass(frozen=True, slots=True)
class Some:
    """One of each kind of field."""

    needed: int
    usual: str = "told"
    made: dict[str, int] = field(default_factory=dict)
    named: tuple[int, ...] = field(default=(), kw_only=True)


def test_it_is_made_as_a_dataclass_is():
    assert Some(1) == Some(needed=1, usual="told", made={}, named=())
    assert Some(1, "x", {"a": 1}, named=(2,)).made == {"a": 1}
    assert Some(1).made is not Some(1).made
    assert repr(Some(1)) == "Some(needed=1, usual='told', made={}, named=())"


@pytest.mark.parametrize("given", [(), (1, "x", {}, ())])
def test_what_it_is_not_made_of_is_refused(given):
    with pytest.raises(TypeError):
        Some(*given)
    with pytest.raises(TypeError):
        FeedbackRecord(unknown=1)


def test_it_is_frozen_once_it_is_made():
    for record in (Some(1), a_survey(), RawRecord(1, {})):
        for name in ("needed", "kind", "number", "other"):
            with pytest.raises((FrozenInstanceError, AttributeError, TypeError)):
                setattr(record, name, 2)
    with pytest.raises(FrozenInstanceError):
        del Some(1).needed


def test_it_is_of_its_class_and_can_be_copied_changed_hashed_and_sent():
    score = ScoreRecord(measure="NPS", question="q", value=9, scale_minimum=0, scale_maximum=10)
    assert type(score) is ScoreRecord
    assert copy.deepcopy(score) == pickle.loads(pickle.dumps(score)) == replace(score)
    assert replace(score, value=3).value == 3
    assert hash(score) == hash(replace(score))
