"""Whether contacts solved it: by four witnesses, and whether the contact was needed at all."""

from datetime import timedelta

import ibis
import ibis.expr.types as ir

from insights.metrics.catalog.contact_center import is_contact, share_of_contacts, was_handled
from insights.metrics.definition import Metric, Rows

WINDOWS = ("7", "1", "3", "30")
REPEAT_TOPICS = ("any", "same")
_FEW_ANSWER = "Only contacts of which a survey was answered are in it."


def _window_seconds(rows: Rows) -> float:
    return timedelta(days=int(rows.asked["window_days"])).total_seconds()


def _is_old_enough(rows: Rows) -> ir.Value:
    window = ibis.interval(seconds=int(_window_seconds(rows)))
    return (rows.occurred_at <= rows.horizon - window).fill_null(False)


def _is_of_known_customer(rows: Rows) -> ir.Value:
    return is_contact(rows) & rows.customer.notnull()


def _came_back(rows: Rows) -> ir.Value:
    seconds = rows.seconds_to_next_contact_same_topic if _is_of_topic(rows) else rows.seconds_to_next_contact
    return seconds.fill_null(float("inf")) <= _window_seconds(rows)


def _is_of_topic(rows: Rows) -> bool:
    return rows.asked["repeat_topic"] == "same"


def _could_come_back(rows: Rows) -> ir.Value:
    customers = _is_of_known_customer(rows)
    return customers & (rows.topics.length() > 0) if _is_of_topic(rows) else customers


def _began_an_episode(rows: Rows) -> ir.Value:
    return _is_of_known_customer(rows) & rows.episode_channels.notnull()


def _is_episode_over(rows: Rows) -> ir.Value:
    """Whether so long after its last contact that another would begin a new episode, or looked at long enough."""
    elapsed = rows.horizon.delta(rows.occurred_at, unit="microsecond")
    return (elapsed >= (rows.episode_seconds * 1_000_000).round()).fill_null(False)


def _is_with_words(rows: Rows) -> ir.Value:
    return is_contact(rows) & rows.has_text


def _has_words(rows: Rows) -> ir.Value:
    return was_handled(rows) & rows.has_text


def _is_told_by_both(rows: Rows) -> ir.Value:
    return was_handled(rows) & rows.company_says_solved.notnull() & rows.customer_answered_solved.notnull()


METRICS: tuple[Metric, ...] = (
    Metric(
        key="repeat_rate",
        label="Repeat rate",
        meaning="The share of contacts after which the same customer contacted the company again within some days.",
        formula=(
            "contacts followed by another inbound contact of the same customer within the window / contacts of known "
            "customers that are at least as old as the window x 100; with repeat_topic same, of those with a topic, "
            "followed by one that mentions it again"
        ),
        kind="SHARE",
        unit="PERCENT",
        better="LOWER",
        side="CONTACTS",
        base=_is_of_known_customer,
        known=lambda rows: _could_come_back(rows) & _is_old_enough(rows),
        waiting=lambda rows: _could_come_back(rows) & ~_is_old_enough(rows),
        numerator=_came_back,
        parameters={"window_days": WINDOWS, "repeat_topic": REPEAT_TOPICS},
        doubt="Unless asked for the same topic, a contact about something else counts as a repeat, too.",
    ),
    Metric(
        key="fcr_repeat",
        label="Solved at first contact: nobody came back",
        meaning="The share of contacts after which the same customer did not come back within some days.",
        formula="100 - repeat rate, of the same contacts",
        kind="SHARE",
        unit="PERCENT",
        better="HIGHER",
        side="CONTACTS",
        base=_is_of_known_customer,
        known=lambda rows: _could_come_back(rows) & _is_old_enough(rows),
        waiting=lambda rows: _could_come_back(rows) & ~_is_old_enough(rows),
        numerator=lambda rows: ~_came_back(rows),
        parameters={"window_days": WINDOWS, "repeat_topic": REPEAT_TOPICS},
        doubt="Who gave up, or went to a shop, did not come back either.",
    ),
    Metric(
        key="channel_switch_rate",
        label="Channel switches",
        meaning="The share of customers' episodes in which they had to try more than one channel.",
        formula=(
            "episodes with two or more channels / episodes x 100; an episode is one customer's inbound contacts with "
            "gaps under 7 days, looked at for 31 days, and counts where and when its first contact was"
        ),
        kind="SHARE",
        unit="PERCENT",
        better="LOWER",
        side="CONTACTS",
        base=_began_an_episode,
        known=lambda rows: _began_an_episode(rows) & _is_episode_over(rows),
        waiting=lambda rows: _began_an_episode(rows) & ~_is_episode_over(rows),
        numerator=lambda rows: rows.episode_channels >= 2,
        doubt="Two matters within a week look like one; who is known by one channel only never switches.",
    ),
    share_of_contacts(
        key="fcr_company",
        label="Solved, says the company",
        meaning="The share of contacts that the company marked as solved.",
        formula="contacts marked solved by the company / handled contacts for which it says either x 100",
        fact="company_says_solved",
        better="HIGHER",
    ),
    Metric(
        key="fcr_customer",
        label="Solved, says the customer",
        meaning="The share of customers who say that their matter was solved.",
        formula="answers that say solved / answers to that question x 100",
        kind="SHARE",
        unit="PERCENT",
        better="HIGHER",
        side="BOTH",
        base=lambda rows: (rows.kind == "SURVEY") | rows.customer_says_solved.notnull(),
        known=lambda rows: rows.customer_says_solved.notnull(),
        numerator=lambda rows: rows.customer_says_solved,
        doubt="Only those who answered are in it.",
    ),
    Metric(
        key="fcr_customer_contacts",
        label="Solved, says its customer",
        meaning="The share of contacts whose own customer says that it was solved.",
        formula=(
            "handled contacts whose customer says solved, in the latest survey about it or in the contact itself / "
            "handled contacts whose customer says either x 100"
        ),
        kind="SHARE",
        unit="PERCENT",
        better="HIGHER",
        side="CONTACTS",
        base=was_handled,
        known=lambda rows: was_handled(rows) & rows.customer_answered_solved.notnull(),
        numerator=lambda rows: rows.customer_answered_solved,
        doubt="Only contacts whose customer answered are in it; who is angry answers more often than others.",
    ),
    Metric(
        key="survey_coverage",
        label="Survey coverage",
        meaning="The share of contacts about which a survey was answered: how much of them survey scores speak for.",
        formula="contacts with an answered survey / contacts x 100",
        kind="SHARE",
        unit="PERCENT",
        better="HIGHER",
        side="CONTACTS",
        base=is_contact,
        known=is_contact,
        numerator=lambda rows: rows.has_survey_answer,
        doubt="Surveys that do not say which contact they are about are not in it.",
    ),
    Metric(
        key="fcr_text",
        label="Solved, by the words",
        meaning="The share of contacts whose own words tell that the matter was solved.",
        formula=(
            "handled contacts read as solved / handled contacts with words read as solved or unsolved x 100; unclear "
            "words are not known"
        ),
        kind="SHARE",
        unit="PERCENT",
        better="HIGHER",
        side="CONTACTS",
        base=_has_words,
        known=lambda rows: _has_words(rows) & rows.outcome.isin(["SOLVED", "UNSOLVED"]),
        numerator=lambda rows: rows.outcome == "SOLVED",
        doubt="Most conversations end without saying whether it was solved; those that say so may differ.",
    ),
    Metric(
        key="resolution_agreement",
        label="Solved: company and customer agree",
        meaning="Of contacts of which both the company and the customer say whether they solved it: how many agree.",
        formula="contacts of which both say solved, or both say unsolved / contacts of which both say either x 100",
        kind="SHARE",
        unit="PERCENT",
        better="HIGHER",
        side="CONTACTS",
        base=was_handled,
        known=_is_told_by_both,
        numerator=lambda rows: rows.company_says_solved == rows.customer_answered_solved,
        doubt=_FEW_ANSWER,
    ),
    Metric(
        key="resolution_kappa",
        label="Solved: agreement beyond chance",
        meaning="How far company and customer agree on what was solved beyond what chance would do: 1 wholly, 0 not.",
        formula="Cohen's kappa of what the company and what the customer says, of contacts of which both say either",
        kind="KAPPA",
        unit="SCORE",
        better="HIGHER",
        side="CONTACTS",
        base=was_handled,
        known=_is_told_by_both,
        numerator=lambda rows: rows.company_says_solved,
        denominator=lambda rows: rows.customer_answered_solved,
        doubt=f"{_FEW_ANSWER} Where nearly all are solved, a few disagreements make it small.",
    ),
    Metric(
        key="resolution_gap",
        label="Solved: company says more than customers",
        meaning="How many more contacts the company calls solved than their customers do.",
        formula="(contacts only the company calls solved - only the customer does) / contacts of which both say x 100",
        kind="NPS",
        unit="POINTS",
        better="LOWER",
        side="CONTACTS",
        base=was_handled,
        known=_is_told_by_both,
        numerator=lambda rows: rows.company_says_solved.cast("int8") - rows.customer_answered_solved.cast("int8"),
        doubt=_FEW_ANSWER,
    ),
    Metric(
        key="failure_demand",
        label="Failure demand",
        meaning="The share of contacts about something that went wrong upstream and need not have been made.",
        formula="inbound contacts that mention a topic of failure demand / inbound contacts with a topic x 100",
        kind="SHARE",
        unit="PERCENT",
        better="LOWER",
        side="CONTACTS",
        base=_is_with_words,
        known=lambda rows: _is_with_words(rows) & (rows.topics.length() > 0),
        numerator=lambda rows: rows.demands.contains("FAILURE"),
        doubt="Which topics are failures is decided in the taxonomy; contacts that fit no topic are not in it.",
    ),
)
