"""A head from a company's labels: ours without labels, moved by many, the same every time, part of the version."""

import numpy as np
import pytest
from django.utils import timezone
from sklearn.linear_model import LogisticRegression

from insights.enrichment import own_heads, sentiment
from insights.enrichment.outdated import mark_outdated
from insights.enrichment.own_heads import OwnHead, fit
from insights.enrichment.pipeline import enrich_batch
from insights.enrichment.steps import versions
from insights.models import AdoptedHead, Enrichment


def examples(n=300, rows=3, seed=0):
    """Texts whose true class depends on the vector in a way our head does not see."""
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(n, 384)) / np.sqrt(384)
    shares = rng.dirichlet(np.ones(3), n) if rows == 3 else rng.uniform(0.05, 0.95, (n, 1))
    truth = (vectors[:, 0] > 0).astype(int) * (2 if rows == 3 else 1)
    return shares, vectors, truth.tolist()


@pytest.mark.parametrize("rows", [1, 3])
def test_many_labels_teach_what_our_head_does_not_see(rows):
    shares, vectors, truth = examples(1500, rows)
    head = fit(shares[:1000], vectors[:1000], truth[:1000])
    told = [
        head.judge(one, vector.astype(np.float16)) for one, vector in zip(shares[1000:], vectors[1000:], strict=True)
    ]
    said = [int(np.argmax(one)) if rows == 3 else int(one[0] > 0.5) for one in told]
    assert np.mean(np.array(said) == np.array(truth[1000:])) > 0.6
    if rows == 3:
        assert np.allclose([one.sum() for one in told], 1)


def test_few_labels_leave_our_head_almost_as_it_is():
    shares, vectors, truth = examples(4)
    head = fit(shares, vectors, truth)
    moved = [
        np.abs(head.judge(one, vector.astype(np.float16)) - one).max()
        for one, vector in zip(*examples(200, seed=1)[:2], strict=True)
    ]
    assert np.max(moved) < 0.3
    with pytest.raises(ValueError, match="nothing to learn"):
        fit(np.zeros((0, 3)), np.zeros((0, 384)), [])


def test_without_our_head_it_is_scikit_learns_ridge_regression():
    """With probabilities of a half our log-odds are 0, and what is left is a plain penalised regression."""
    _, vectors, truth = examples(400, rows=1)
    head = fit(np.full((400, 1), 0.5), vectors, truth)
    numbers = np.hstack([vectors, np.ones((400, 1))])  # the constant is penalised too
    theirs = LogisticRegression(C=1 / own_heads.PENALTY, fit_intercept=False, tol=1e-10, max_iter=5000).fit(
        numbers, truth
    )
    assert np.allclose(np.append(head.weights[0], head.bias[0]), theirs.coef_[0], atol=1e-3)


def test_the_same_labels_give_the_same_head_and_it_survives_storing():
    one, other = fit(*examples()), fit(*examples())
    assert one.version == other.version
    back = OwnHead.from_bytes(one.to_bytes())
    assert (back.scale, back.version) == (one.scale, one.version)
    assert np.array_equal(back.weights, one.weights)


@pytest.mark.django_db
def test_an_adopted_head_reads_names_itself_in_the_version_and_goes_when_withdrawn(tell, now):
    feedback = tell("I love it, absolutely wonderful service")
    enrich_batch(now)
    before = Enrichment.objects.get(pk=feedback.pk)
    assert (before.sentiment_label, before.versions["sentiment"]) == ("POSITIVE", sentiment.version())
    gloomy = OwnHead(1.0, np.zeros((3, 384)), np.array([20.0, 0.0, 0.0]))
    kept = AdoptedHead.objects.create(
        task="SENTIMENT", state="ADOPTED", weights=gloomy.to_bytes(), version=gloomy.version, at=timezone.now()
    )
    assert versions()["sentiment"] == f"{sentiment.version()}+{gloomy.version}"
    assert mark_outdated() == 1
    enrich_batch(now)
    told = Enrichment.objects.get(pk=feedback.pk)
    assert (told.sentiment_label, told.versions["sentiment"]) == ("NEGATIVE", versions()["sentiment"])
    assert mark_outdated() == 0
    AdoptedHead.objects.filter(pk=kept.pk).update(state="WITHDRAWN")
    assert mark_outdated() == 1
    enrich_batch(now)
    assert Enrichment.objects.get(pk=feedback.pk).sentiment == before.sentiment
