"""What people fill in: the sign-in and the upload."""

import json
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm

from insights.intake.source import Source, all_sources, source_named


class SignInForm(AuthenticationForm):
    """User name and password, with the words of this house."""

    error_messages = {
        "invalid_login": "That name and password do not belong together. Capitals count in both.",
        "inactive": "This account is closed. Ask an administrator.",
    }


class UploadForm(forms.Form):
    """One file, the source that reads it, and what the source has to be told."""

    file = forms.FileField(label="File", help_text="As your system exports it. It is kept encrypted.")
    source = forms.ChoiceField(label="Source", choices=())
    account = forms.CharField(
        label="Account", required=False, max_length=120, help_text="Only if you have several of the same system."
    )
    options = forms.CharField(
        label="Options",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": '{"time_zone": "Europe/Berlin"}'}),
        help_text="As JSON, where the source has to be told something: a mapping of columns, a time zone.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sources = [(source.key, source.label) for source in all_sources()]
        self.fields["source"] = forms.ChoiceField(label="Source", choices=sources)

    def clean_options(self) -> dict[str, str]:
        """Return the options as texts; an option that is itself JSON stays JSON."""
        text = self.cleaned_data["options"].strip()
        if not text:
            return {}
        try:
            told = json.loads(text)
        except json.JSONDecodeError as wrong:
            raise forms.ValidationError(f"This is not JSON (line {wrong.lineno}: {wrong.msg}).") from wrong
        if not isinstance(told, dict):
            raise forms.ValidationError('Options are an object such as {"time_zone": "Europe/Berlin"}.')
        return {str(name): value if isinstance(value, str) else json.dumps(value) for name, value in told.items()}

    def chosen_source(self) -> Source:
        """Return the source chosen."""
        return source_named(self.cleaned_data["source"])
