"""The administration pages. What arrived is shown, not edited; a token's digest is not shown at all."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from insights.access import revoke
from insights.enrichment import competitors, names, naming
from insights.enrichment.outdated import mark_outdated
from insights.models import (
    AccessToken,
    Assumption,
    ChannelAssumption,
    Competitor,
    Customer,
    Delivery,
    OwnName,
    SetAside,
    Topic,
    ViewingLimit,
)
from insights.models.feedback import Channel

if TYPE_CHECKING:  # Django's own class takes no parameter
    ModelAdmin = admin.ModelAdmin[Any]
    _Form = forms.ModelForm[ChannelAssumption]
else:
    ModelAdmin, _Form = admin.ModelAdmin, forms.ModelForm


class ShownOnly(ModelAdmin):
    """A model that is looked at here and changed elsewhere."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say no."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Say no."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Say no."""
        return False


@admin.register(AccessToken)
class AccessTokenAdmin(ModelAdmin):
    """Tokens can be seen and revoked. They are made with `manage.py token`, which alone can show the secret."""

    list_display = ("name", "user", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at")
    list_filter = ("revoked_at",)
    list_select_related = ("user",)
    search_fields = ("name", "user__username")
    fields = ("name", "user", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at")
    readonly_fields = fields
    actions = ("revoke_tokens",)

    @admin.action(description="Revoke the chosen tokens", permissions=["change"])
    def revoke_tokens(self, request: HttpRequest, queryset: models.QuerySet[AccessToken]) -> None:
        """End the life of the chosen tokens now."""
        revoked = sum(revoke(token, now=timezone.now()) for token in queryset)
        self.message_user(request, f"{revoked} revoked.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say no: a secret must not pass through a form."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Say no: a revoked token stays, as the record of who could do what."""
        return False


@admin.register(ViewingLimit)
class ViewingLimitAdmin(ModelAdmin):
    """Which queues, teams … a person sees."""

    list_display = ("user", "dimension", "values")
    list_select_related = ("user",)
    search_fields = ("user__username",)
    autocomplete_fields = ("user",)


class _Line(_Form):
    """One channel's figures. Those that come from the version before are kept without being typed again."""

    class Meta:
        model = ChannelAssumption
        fields = ("channel", "cost_per_minute", "cost_per_contact", "answer_within_seconds")

    def has_changed(self) -> bool:
        """Say yes for a line that names a channel."""
        return bool(self.data.get(self.add_prefix("channel")))


class _Lines(admin.TabularInline):  # type: ignore[type-arg]
    model = ChannelAssumption
    form = _Line
    can_delete = False

    def get_extra(self, request: HttpRequest, obj: models.Model | None = None, **kwargs: Any) -> int:
        """Show a line for each channel."""
        return 0 if obj else len(Channel.values)


@admin.register(Assumption)
class AssumptionAdmin(ShownOnly):
    """What is assumed of channels. A version is added, beginning with the last one's figures, and never changed."""

    list_display = ("id", "made_at", "made_by", "note")
    list_select_related = ("made_by",)
    fields = ("note", "made_at", "made_by")
    readonly_fields = ("made_at", "made_by")
    inlines = (_Lines,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Ask for the right: versions are made here."""
        return request.user.has_perm("insights.add_assumption")

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        """Begin a new version with the figures of the one that stands."""
        told: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        latest = Assumption.objects.first()
        if request.method == "GET" and obj.pk is None and latest is not None:
            told["initial"] = list(latest.channels.order_by("channel").values(*_Line.Meta.fields))
        return told

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Note who set it and when."""
        obj.made_at, obj.made_by = timezone.now(), request.user
        super().save_model(request, obj, form, change)


@admin.register(Delivery)
class DeliveryAdmin(ShownOnly):
    """What was delivered, and how far it is read."""

    list_display = ("created_at", "source", "filename", "state", "read", "accepted", "updated", "set_aside")
    list_filter = ("state", "source", "origin")
    search_fields = ("filename", "source")
    date_hierarchy = "created_at"
    exclude = ("raw_name",)


@admin.register(SetAside)
class SetAsideAdmin(ShownOnly):
    """Records that could not be read. The record itself is encrypted and shown on the Sources page only."""

    list_display = ("delivery", "record", "field", "reason", "state")
    list_filter = ("state",)
    list_select_related = ("delivery",)
    exclude = ("payload",)


@admin.register(Topic)
class TopicAdmin(ShownOnly):
    """The topics as they are live. They change through drafts, which judge every text before anybody sees a change."""

    list_display = ("name", "parent", "owner_department", "demand", "is_active")
    list_filter = ("demand", "is_active", "owner_department")
    list_select_related = ("parent",)
    search_fields = ("name", "key")


@admin.register(Customer)
class CustomerAdmin(ShownOnly):
    """Customers, without names: what they are known by are digests and not shown."""

    list_display = ("id", "segment", "region", "product", "customer_since")
    list_filter = ("segment", "region")
    search_fields = ("id",)


@admin.register(Competitor)
class CompetitorAdmin(ModelAdmin):
    """Whom customers may compare us with. What was read before stays until all texts are read again."""

    list_display = ("name", "aliases", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "aliases")
    actions = ("read_again",)

    @admin.action(description="Look for all active names in all texts again", permissions=["change"])
    def read_again(self, request: HttpRequest, queryset: models.QuerySet[Competitor]) -> None:
        """Send back to waiting what another list has read; stored vectors are used again."""
        waiting = mark_outdated({competitors.NAME: competitors.version()})
        self.message_user(request, f"{waiting} texts will be read again.")


@admin.register(OwnName)
class OwnNameAdmin(ModelAdmin):
    """Our brands and products: in texts that arrive from now on they are not hidden as names of people."""

    list_display = ("name", "aliases", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "aliases")
    actions = ("read_again",)

    @admin.action(description="Look for names of people in all texts again", permissions=["change"])
    def read_again(self, request: HttpRequest, queryset: models.QuerySet[OwnName]) -> None:
        """Send back to waiting what another list has read; what was hidden then stays hidden."""
        waiting = mark_outdated({names.NAME: naming.version()})
        self.message_user(request, f"{waiting} texts will be read again.")
