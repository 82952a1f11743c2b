"""The door: which files are Zendesk's, what has to be told about them, and how they are opened."""

from collections.abc import Mapping
from typing import BinaryIO

from contactcenter.sources.zendesk.reading import ZendeskReading
from insights.intake.archives import unpacked_head
from insights.intake.source import Option, Unreadable

# Keys which together give a shape away; one is enough when it is found in full.
_SHAPES = (
    (b'"requester_id"', b'"via"', b'"status"'),
    (b'"requester_id"', b'"custom_status_id"'),
    (b'"requester_id"', b'"ticket_form_id"'),
    (b'"requester"', b'"submitter"', b'"comments"', b'"via"'),
    (b'"ticket_id"', b'"author_id"', b'"events"'),
    (b'"ticket_id"', b'"child_events"'),
    (b'"author_id"', b'"html_body"', b'"public"'),
    (b'"author_id"', b'"plain_body"'),
    (b'"ticket_id"', b'"requester_id"', b'"score"'),
    (b'"ticket_id"', b'"reply_time_in_minutes"'),
    (b'"ticket_id"', b'"instance_id"', b'"metric"'),
    (b'"ticket_id"', b'"wrap_up_time"', b'"talk_time"'),
    (b'"zendesk_event_version"', b'"detail"'),
    (b'"responder_id"', b'"subject_zrns"', b'"answers"'),
    (b'"responder_id"', b'"survey_version"', b'"answers"'),
)
_PAGES = (
    b'"tickets"', b'"ticket"', b'"audits"', b'"ticket_events"', b'"satisfaction_ratings"', b'"ticket_metrics"',
    b'"ticket_metric_events"',
)  # fmt: skip
_NAMES_THAT_OTHERS_USE_TOO = (b'"comments"', b'"ticket_comments"', b'"calls"', b'"legs"')


class Zendesk:
    """Zendesk Support and Talk.

    A ticket is one contact however it is spoken or written about: comments, audits, metrics and the Talk calls that
    carry its number (`ticket_id`) are parts of it. Calls bring wait, talk, hold and wrap-up, which add up over the
    calls of one ticket; the channel stays the ticket's. A call without a ticket is a contact of its own.
    """

    key = "zendesk"
    label = "Zendesk"
    side = "CONTACTS"
    reads = (
        "JSON or JSON lines of tickets (incremental by cursor or by time, single or listed, or with their comments "
        "inside, as an account is exported), ticket audits and events, "
        "comments, satisfaction ratings, responses to CSAT surveys, ticket metrics and metric events, Talk calls; "
        "users and groups beside them; events of webhooks."
    )
    identity = (
        "The ticket id; a rating is rating:<id>, a response survey_response:<id>; comments, audits, metrics and calls "
        "add to their ticket, and a call without one is call:<id>. updated_at is the revision."
    )
    options = (
        Option(name="reason_field", question="Which custom field (its id) holds the contact reason?"),
        Option(
            name="product_field",
            question="Which custom field names the product: a ticket's (its id) or a user's (its key)?",
        ),
        Option(
            name="field.*",
            question="What does the ticket's custom field of this id hold?",
            choices=("queue", "team", "product", "reason_code", "segment", "region"),
        ),
        Option(name="segment_field", question="Which user field (its key) holds the segment, if not 'segment'?"),
        Option(name="region_field", question="Which user field (its key) holds the region, if not 'region'?"),
        Option(name="customer_since_field", question="Which user field (its key) says since when they are customers?"),
        Option(name="annual_value_field", question="Which user field (its key) holds what they are worth a year?"),
        Option(
            name="customer_number_field",
            question="Which user field (its key) holds the company's customer number, if not external_id?",
        ),
        Option(name="ticket_id", question="Of which ticket are these comments, if the file does not say so itself?"),
    )

    def recognise(self, head: bytes, filename: str) -> float:
        """Return how sure it is that a file which begins with `head` is Zendesk's."""
        plain = unpacked_head(head).removeprefix(b"\xef\xbb\xbf")
        if plain[:2] in (b"\xff\xfe", b"\xfe\xff"):
            plain = plain.decode("utf-16", "ignore").encode()
        if not plain.lstrip().startswith((b"{", b"[")):
            return 0.0
        if any(all(key in plain for key in shape) for shape in _SHAPES):
            return 0.95 if b"zendesk.com/api/" in plain else 0.85
        if any(key in plain[:4096] for key in _PAGES):
            return 0.5
        return 0.2 if any(key in plain[:4096] for key in _NAMES_THAT_OTHERS_USE_TOO) else 0.0

    def open(self, file: BinaryIO, options: Mapping[str, str]) -> ZendeskReading:
        """Understand the head of `file`. Raises Unreadable when it is of another format."""
        file.seek(0)
        head = file.read(65_536)
        file.seek(0)
        if not head.strip():
            raise Unreadable("The file is empty.")
        if not self.recognise(head, ""):
            raise Unreadable(
                "This is no JSON of Zendesk tickets, audits, comments, ratings, metrics or calls. "
                "Export it from Zendesk's API, or import a plain CSV with a mapping."
            )
        return ZendeskReading(file, options)
