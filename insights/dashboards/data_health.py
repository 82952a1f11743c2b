"""The Data health page, and the rules of linking that are declared on it."""

import logging

from celery import current_app
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from kombu.exceptions import OperationalError

from insights.access.roles import IMPORT, viewer_for
from insights.analysis.calibration_labels import standing
from insights.analysis.health import health
from insights.dashboards import page
from insights.dashboards.boards import link_rules as rules_board
from insights.dashboards.boards.data_health import data_health as board
from insights.dashboards.boards.link_rules import RuleForm
from insights.dashboards.boards.scales import scales
from insights.intake.link_rules import WrongRule, declare, withdraw

logger = logging.getLogger(__name__)


def relink(source: str) -> None:
    """Hand the linking of a source's answers to the workers. Where the broker is away the clock finds new rules."""
    try:
        current_app.send_task("insights.tasks.linking.relink_answers", [source])
    except OperationalError as away:
        logger.warning("The broker is away, the answers of %s are linked later: %s", source, away)


@require_GET
@page.page()
def data_health(request: HttpRequest) -> HttpResponse:
    """Whether everything arrives as usual, is linked and read."""
    return _show(request, rules_board.form())


@require_POST
@page.page(IMPORT)
def declare_rule(request: HttpRequest) -> HttpResponse:
    """Declare a rule of linking; what is stored is linked by it in the background."""
    told = rules_board.told_in(request.POST.dict(), request.POST.getlist("channels"))
    user = request.user if isinstance(request.user, User) else None
    try:
        rule = declare(told, user=user, now=timezone.now())
    except WrongRule as wrong:
        return _show(request, rules_board.form(told, wrong_field=wrong.field, message=str(wrong)), status=400)
    relink(rule.source)
    messages.info(request, "The rule holds from now on. What is stored is being linked by it.")
    return redirect("data-health")


@require_POST
@page.page(IMPORT)
def withdraw_rule(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraw a rule; links that stand on it are taken back in the background."""
    source = withdraw(key)
    if source is not None:
        relink(source)
        messages.info(request, "The rule is withdrawn. Links that stand on it are being taken back.")
    return redirect("data-health")


def _show(request: HttpRequest, form: RuleForm, *, status: int = 200) -> HttpResponse:
    found = health(viewer_for(request.user), timezone.now())
    context = {"board": board(found), "rules": rules_board.rules(), "form": form, "scales": scales(standing())}
    response = page.show(request, "insights/data_health.html", **context)
    response.status_code = status
    return response
