"""Where surveys and contacts agree, where they do not, and which to believe: the page's own object."""

from hashlib import sha256

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from insights.analysis.agreement import agreement, asked
from insights.analysis.agreement_wire import agreement_as_json
from insights.api.base import ApiView
from insights.api.documents import ref
from insights.api.metrics import not_modified
from insights.api.problems import Problem


class AgreementAnswer(ApiView):
    """GET /agreement."""

    required_scopes = ("metrics:read",)
    known_parameters = None

    @extend_schema(
        operation_id="read_agreement",
        responses={200: ref("Agreement"), 304: None},
        extensions={"x-parameters": ["agreement"]},
        tags=["Metrics"],
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Each topic's share and mood in surveys and in contacts, their class, and which side to believe and why.

        Also one figure for the whole, and who answered beside who contacted. `customers=MATCHED` is about those alone
        who have words on both sides. A survey answer that names no topic counts in the share's base.
        """
        pairs = [(name, value) for name, values in request.query_params.lists() for value in values]
        query, scope = asked(pairs, today=self.today)
        found = agreement(query, self.viewer)
        if found is None:
            raise Problem(404, "not-found", "There is no data yet. Import surveys and contacts first.")
        response = Response(agreement_as_json(found, scope))
        response["ETag"] = tag = f'"{sha256(f"{found.made_of}{scope}".encode()).hexdigest()[:32]}"'
        return not_modified(request._request, tag, response)
