"""The OpenAPI document is complete and true, and its page opens under our Content-Security-Policy."""

from django.core.management import call_command
from django.test import Client


def test_the_document_validates_without_a_warning(tmp_path):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "openapi.yaml"))


def test_every_operation_has_words_errors_and_a_security_scheme(client):
    document = client.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["description"], (method, path)
            assert operation["security"], (method, path)
            assert operation["tags"], (method, path)
            assert {"400", "401", "403", "404", "500"} <= set(operation["responses"]), (method, path)
            problem = operation["responses"]["401"]["content"]["application/problem+json"]
            assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}


def test_everyone_may_read_the_document_and_its_page(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    client = Client()
    assert client.get("/api/v1/openapi.json").status_code == 200
    page = client.get("/api/docs/").content.decode()
    assert "<script>" not in page
    assert "http" not in page.replace("http-equiv", "")
