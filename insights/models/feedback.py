"""One piece of feedback: a survey answer, a contact, a review or a front-line note, with its turns and scores."""

from django.db import models
from django.db.models import F, Q

from insights.models.keys import new_key


class Channel(models.TextChoices):
    """How the customer reached the company, or the company the customer."""

    VOICE = "VOICE", "Phone"
    CHAT = "CHAT", "Chat"
    EMAIL = "EMAIL", "E-mail"
    SMS = "SMS", "SMS"
    MESSAGING = "MESSAGING", "Messaging"
    SOCIAL = "SOCIAL", "Social media"
    WEB = "WEB", "Web form"
    APP = "APP", "App"
    STORE = "STORE", "Store"
    LETTER = "LETTER", "Letter"
    IVR = "IVR", "Phone menu"
    BOT = "BOT", "Bot"
    OTHER = "OTHER", "Other"


class Feedback(models.Model):
    """One piece of customer feedback. Text is redacted; queue, team and agent are those at the time of the contact."""

    class Kind(models.TextChoices):
        SURVEY = "SURVEY", "Survey answer"
        CONTACT = "CONTACT", "Contact"
        REVIEW = "REVIEW", "Review"
        NOTE = "NOTE", "Front-line note"

    class Stage(models.TextChoices):
        AWARENESS = "AWARENESS", "Awareness"
        PURCHASE = "PURCHASE", "Purchase"
        ONBOARDING = "ONBOARDING", "Onboarding"
        USE = "USE", "Use"
        SUPPORT = "SUPPORT", "Support"
        RENEWAL = "RENEWAL", "Renewal"
        LEAVING = "LEAVING", "Leaving"

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    solicited = models.GeneratedField(
        expression=models.ExpressionWrapper(Q(kind="SURVEY"), output_field=models.BooleanField()),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    source = models.CharField(max_length=60)
    account = models.CharField(max_length=120, blank=True)
    source_id = models.CharField(max_length=200)
    revision = models.BigIntegerField(
        default=0
    )  # grows when the source edits the record; microseconds where it is a time
    content_hash = models.CharField(max_length=32)  # of the record as told, to see "unchanged" without comparing fields
    delivery = models.ForeignKey("insights.Delivery", on_delete=models.SET_NULL, null=True, related_name="+")
    customer = models.ForeignKey(  # found through feedback_by_customer: one index less to write
        "insights.Customer", on_delete=models.SET_NULL, null=True, related_name="feedback", db_index=False
    )
    occurred_at = models.DateTimeField()
    channel = models.CharField(max_length=10, choices=Channel)
    touchpoint = models.CharField(max_length=120, blank=True)
    journey_stage = models.CharField(max_length=12, choices=Stage, blank=True)
    survey = models.CharField(max_length=200, blank=True)  # which questionnaire, as its source names it
    product = models.CharField(max_length=120, blank=True)
    segment = models.CharField(max_length=80, blank=True)  # of the customer at that time
    region = models.CharField(max_length=80, blank=True)
    queue = models.CharField(max_length=120, blank=True)
    team = models.CharField(max_length=120, blank=True)
    agent = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=12, blank=True)  # as the source declares it; what was read is in Enrichment
    title = models.TextField(blank=True)
    text = models.TextField(blank=True)
    about = models.ForeignKey(  # found through feedback_about, which holds those that are about something
        "self", on_delete=models.SET_NULL, null=True, related_name="answers", db_index=False
    )
    about_source = models.CharField(max_length=60, blank=True)  # the contact a survey asks about, until it has arrived
    about_account = models.CharField(max_length=120, blank=True)
    about_source_id = models.CharField(max_length=200, blank=True)
    about_by = models.CharField(
        max_length=6, blank=True, db_default=""
    )  # how `about` was found: ID as told, WINDOW of the same customer
    customer_says_solved = models.BooleanField(null=True)  # the customer's own answer to "was it solved?"
    attributes = models.JSONField(default=dict)  # what else the source says: embedded data, tags, custom fields
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        permissions = [
            ("read_metrics", "Can read metrics"),
            ("read_feedback_rows", "Can read the records behind a number"),
            ("see_agents", "Can see agents by name"),
            ("import_feedback", "Can import and push feedback"),
        ]
        constraints = [
            models.UniqueConstraint(name="feedback_once_per_source_id", fields=["source", "account", "source_id"]),
            models.CheckConstraint(
                name="feedback_kind_known", condition=Q(kind__in=["SURVEY", "CONTACT", "REVIEW", "NOTE"])
            ),
            models.CheckConstraint(name="feedback_channel_known", condition=Q(channel__in=Channel.values)),
            models.CheckConstraint(name="feedback_has_source_id", condition=~Q(source="") & ~Q(source_id="")),
            models.CheckConstraint(
                name="feedback_not_about_itself", condition=Q(about__isnull=True) | ~Q(about=F("id"))
            ),
        ]
        indexes = [
            models.Index(name="feedback_by_time", fields=["occurred_at"]),
            models.Index(name="feedback_by_customer", fields=["customer", "occurred_at"]),
            models.Index(name="feedback_about", fields=["about"], condition=Q(about__isnull=False)),
            models.Index(
                name="feedback_waiting_for_contact",
                fields=["about_source", "about_account", "about_source_id"],
                condition=Q(about__isnull=True) & ~Q(about_source_id=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source}:{self.source_id}"


class FeedbackPart(models.Model):
    """A record that adds to a feedback without being it (a comment, a metrics row), kept to be recognised again."""

    id = models.BigAutoField(primary_key=True)
    feedback = models.ForeignKey(  # the unique constraint begins with it
        Feedback, on_delete=models.CASCADE, related_name="parts", db_index=False
    )
    part = models.CharField(max_length=200)  # "comment:123", "metrics"
    revision = models.BigIntegerField(default=0)
    content_hash = models.CharField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(name="part_once_per_feedback", fields=["feedback", "part"])]

    def __str__(self) -> str:
        return self.part


class Turn(models.Model):
    """One utterance of a conversation. Text is redacted."""

    class Speaker(models.TextChoices):
        CUSTOMER = "CUSTOMER", "Customer"
        AGENT = "AGENT", "Agent"
        BOT = "BOT", "Bot"
        SYSTEM = "SYSTEM", "System"

    id = models.BigAutoField(primary_key=True)
    feedback = models.ForeignKey(  # the unique constraint begins with it
        Feedback, on_delete=models.CASCADE, related_name="turns", db_index=False
    )
    position = models.PositiveIntegerField()  # 0 is the first
    source_id = models.CharField(max_length=200, blank=True)
    speaker = models.CharField(max_length=8, choices=Speaker)
    offset_seconds = models.FloatField(null=True, blank=True)  # since the conversation began
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(name="turn_position_once", fields=["feedback", "position"]),
            models.UniqueConstraint(
                name="turn_source_id_once", fields=["feedback", "source_id"], condition=~Q(source_id="")
            ),
            models.CheckConstraint(
                name="turn_speaker_known", condition=Q(speaker__in=["CUSTOMER", "AGENT", "BOT", "SYSTEM"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.speaker}"


class Score(models.Model):
    """One scored answer on its own scale. Scales are never mixed (METRICS rule 4)."""

    class Measure(models.TextChoices):
        NPS = "NPS", "Net Promoter Score"
        CSAT = "CSAT", "Customer satisfaction"
        CES = "CES", "Customer effort"
        OTHER = "OTHER", "Other"

    id = models.BigAutoField(primary_key=True)
    feedback = models.ForeignKey(  # the unique constraint begins with it
        Feedback, on_delete=models.CASCADE, related_name="scores", db_index=False
    )
    measure = models.CharField(max_length=5, choices=Measure)
    question = models.CharField(max_length=200)  # the source's id of the question
    wording = models.TextField(blank=True)  # the question as asked
    label = models.CharField(max_length=200, blank=True)  # the answer as shown
    value = models.FloatField()
    scale_minimum = models.FloatField()
    scale_maximum = models.FloatField()
    higher_is_better = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)  # the first of a measure is the one its metric reads

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(name="score_once_per_question", fields=["feedback", "measure", "question"]),
            models.CheckConstraint(
                name="score_measure_known", condition=Q(measure__in=["NPS", "CSAT", "CES", "OTHER"])
            ),
            models.CheckConstraint(name="score_scale_has_width", condition=Q(scale_minimum__lt=F("scale_maximum"))),
            models.CheckConstraint(
                name="score_within_its_scale",
                condition=Q(value__gte=F("scale_minimum")) & Q(value__lte=F("scale_maximum")),
            ),
            models.CheckConstraint(
                name="nps_is_asked_from_0_to_10",
                condition=~Q(measure="NPS") | Q(scale_minimum=0, scale_maximum=10, higher_is_better=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.value:g}"
