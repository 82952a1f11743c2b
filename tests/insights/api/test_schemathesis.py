"""Requests made up from the OpenAPI document find no answer that it does not promise."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import negative_data_rejection

CONFIG = {
    "seed": 20260105,
    "checks": {
        # What a JSON Schema cannot say (since before until, hours for 62 days, a mapping that makes sense, a cursor
        # that was given out) is refused with 400 although the request fits the schema; so is a parameter of a metric
        # that another metric does not have. A record pushed wrongly is set aside, which is no refusal of the request.
        "positive_data_acceptance": {"expected-statuses": ["2xx", 304, 400, 401, 403, 404, 409, 413]},
    },
}
EXAMPLES = 8
LEFT_OUT = {
    # One bad record among thousands is set aside with its reason and the rest is stored: no refusal of the request.
    "POST /api/v1/feedback/batch": [negative_data_rejection],
    # `hour=` without a value counts as not given, as every empty value of a question does; the document wants a time.
    "GET /api/v1/feedback": [negative_data_rejection],
}


@pytest.fixture
def document(company, tasks):
    """Load the document from the application itself, which keeps the test's connection as Django's own client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", get_wsgi_application(), config=SchemathesisConfig.from_dict(CONFIG)
    )
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fitting", "not fitting"])
def test_every_answer_is_as_promised(document, speak, mode):
    headers = {"Authorization": f"Bearer {speak().secret}", "Accept-Encoding": "identity"}
    operations = [found.ok() for found in document.get_all_operations()]
    served = document.raw_schema["paths"]
    assert len(operations) == sum(len(methods) for methods in served.values()) > 40
    problems = []
    for operation in operations:

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],  # a request made smaller costs minutes and says no more
            suppress_health_check=list(HealthCheck),
        )
        def hold(case):
            case.call_and_validate(headers=headers, excluded_checks=LEFT_OUT.get(operation.label, []))  # noqa: B023

        try:
            hold()
        except BaseExceptionGroup as several:
            problems.append(f"{operation.label}: {several.exceptions}")
        except AssertionError as one:
            problems.append(f"{operation.label}: {one}")
    assert not problems, "\n\n".join(problems)
