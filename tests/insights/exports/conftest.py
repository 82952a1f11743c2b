"""The company of the API's tests."""

from tests.insights.api.conftest import _no_static_files, company, person, roles, speak  # noqa: F401
