"""What has to be told to set up a pull: its own questions, those of the source that reads its pages, and secrets."""

from collections.abc import Mapping
from dataclasses import dataclass

from insights.dashboards.boards.preview import Preview, preview
from insights.intake.pulls.connecting import DEFAULT_INTERVAL, LONGEST_INTERVAL
from insights.intake.pulls.pull import READ_OPTION, Pull, Secret, all_pulls
from insights.intake.pulls.trying import Tried
from insights.intake.source import Option, UnknownSource, source_named

_ALREADY_ASKED = frozenset({"list"})  # the pull asks where the list is and passes it on


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One field of the form."""

    name: str
    words: str
    value: str
    choices: tuple[str, ...]
    required: bool
    is_long: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PullForm:
    """The form of one pull, with what was told so far."""

    key: str
    label: str
    brings: str
    name: str
    account: str
    every: str
    longest: int
    questions: tuple[Question, ...]
    more: tuple[Question, ...]  # what the source is to be told
    secrets: tuple[Secret, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedOut:
    """What came when it was tried."""

    sentence: str
    preview: Preview | None


def pull_choices() -> tuple[Pull, ...]:
    """Return every pull that can be set up."""
    return all_pulls()


def pull_form(pull: Pull, told: Mapping[str, str]) -> PullForm:
    """Return the form of a pull, filled with what was told."""
    own = tuple(_question(one, "", told) for one in pull.options if not one.name.endswith("*"))
    options = {one.name: told.get(f"option.{one.name}", "") for one in pull.options}
    return PullForm(
        key=pull.key,
        label=pull.label,
        brings=pull.brings,
        name=told.get("label", "") or pull.label,
        account=told.get("account", ""),
        every=told.get("every", "") or str(DEFAULT_INTERVAL),
        longest=LONGEST_INTERVAL,
        questions=own,
        more=tuple(_question(one, READ_OPTION, told) for one in _asked_by_source(pull, options)),
        secrets=pull.secrets,
    )


def told_options(told: Mapping[str, str]) -> dict[str, str]:
    """Return the options out of a form that was sent, without those left empty."""
    return {
        name.removeprefix("option."): value.strip()
        for name, value in told.items()
        if name.startswith("option.") and value.strip()
    }


def told_secrets(told: Mapping[str, str]) -> dict[str, str]:
    """Return the secrets out of a form that was sent."""
    return {
        name.removeprefix("secret."): value.strip()
        for name, value in told.items()
        if name.startswith("secret.") and value.strip()
    }


def tried_out(tried: Tried) -> TriedOut:
    """Return what came as the page shows it."""
    return TriedOut(sentence=tried.sentence, preview=preview(tried.look) if tried.look else None)


def _asked_by_source(pull: Pull, options: Mapping[str, str]) -> tuple[Option, ...]:
    given = {name: value for name, value in options.items() if value}
    try:
        source = source_named(pull.reads_with(given))
    except UnknownSource:
        return ()
    return tuple(one for one in source.options if not one.name.endswith("*") and one.name not in _ALREADY_ASKED)


def _question(option: Option, prefix: str, told: Mapping[str, str]) -> Question:
    name = f"option.{prefix}{option.name}"
    return Question(
        name=name,
        words=option.question,
        value=told.get(name, "") or option.default,
        choices=option.choices,
        required=option.required,
        is_long=option.name == "mapping",
    )
