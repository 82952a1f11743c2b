"""Where the pages live."""

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from insights.dashboards import connecting, deliveries, importing, labelling, pulling, views
from insights.dashboards.data_health import data_health, declare_rule, withdraw_rule
from insights.dashboards.forms import SignInForm

urlpatterns = [
    path("", views.overview, name="overview"),
    path("evidence/", views.evidence, name="evidence"),
    path("explorer/", views.explorer, name="explorer"),
    path("records/", views.records, name="records"),
    path("records/<uuid:key>/", views.record, name="record"),
    path("records/<uuid:key>/correct/", labelling.correct, name="record-correct"),
    path("labelling/", labelling.labelling, name="labelling"),
    path("labelling/answer/", labelling.answer, name="label-answer"),
    path("labelling/skip/", labelling.skip, name="label-skip"),
    path("labelling/undo/", labelling.undo, name="label-undo"),
    path("labelling/quality/", labelling.quality, name="quality-page"),
    path("labelling/refit/", labelling.refit, name="quality-refit"),
    path("labelling/heads/<int:number>/withdraw/", labelling.withdraw_head, name="quality-withdraw"),
    path("words/", views.words, name="words"),
    path("talk/", views.talk, name="talk"),
    path("talk/words/", views.topic_words, name="topic-words"),
    path("definitions/", views.definitions, name="definitions"),
    path("progress/", views.progress, name="progress"),
    path("sources/", deliveries.sources, name="sources"),
    path("sources/bring/", importing.bring, name="bring"),
    path("sources/files/start/", importing.start_all, name="drafts-start"),
    path("sources/files/<uuid:key>/", importing.draft, name="draft"),
    path("sources/files/<uuid:key>/keep/", importing.keep_mapping, name="draft-keep"),
    path("sources/files/<uuid:key>/start/", importing.start, name="draft-start"),
    path("sources/files/<uuid:key>/forget/", importing.forget, name="draft-forget"),
    path("sources/hooks/", connecting.hook, name="hook-new"),
    path("sources/pulls/", pulling.pull, name="pull-new"),
    path("sources/pulls/try/", pulling.try_pull, name="pull-try"),
    path("sources/pulls/<uuid:key>/token/", pulling.renew, name="pull-secret"),
    path("sources/pulls/<uuid:key>/fetch/", pulling.fetch, name="pull-fetch"),
    path("sources/connections/<uuid:key>/", deliveries.brought, name="brought"),
    path("sources/connections/<uuid:key>/secret/", connecting.secret, name="hook-secret"),
    path("sources/connections/<uuid:key>/switch/", connecting.switch, name="connection-switch"),
    path("sources/<uuid:key>/", deliveries.delivery, name="delivery"),
    path("sources/<uuid:key>/state/", deliveries.state, name="delivery-state"),
    path("sources/<uuid:key>/reading/", deliveries.reading, name="delivery-reading"),
    path("sources/<uuid:key>/stop/", deliveries.stop, name="delivery-stop"),
    path("sources/<uuid:key>/mend/", deliveries.mend_all, name="mend-all"),
    path("sources/<uuid:key>/set-aside/<int:row>/", deliveries.mend, name="mend"),
    path("sources/<uuid:key>/set-aside.csv", deliveries.set_aside, name="set-aside"),
    path("data-health/", data_health, name="data-health"),
    path("data-health/rules/", declare_rule, name="link-rule-declare"),
    path("data-health/rules/<int:key>/withdraw/", withdraw_rule, name="link-rule-withdraw"),
    path(
        "sign-in/",
        LoginView.as_view(
            template_name="registration/sign_in.html",
            authentication_form=SignInForm,
            redirect_authenticated_user=True,
            extra_context={"is_demo": settings.DEMO_SIGN_IN},
        ),
        name="sign-in",
    ),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("favicon.ico", views.favicon, name="favicon"),
]
