"""What is due, and what is on its way to whom. State lives here alone; Valkey may be lost at any moment."""

from django.db import models

from orgs.tenancy import TenantModel


class Reminder(TenantModel):
    """One rung of one clock of one record; (what, clock, version of its due date, rung) is told once."""

    subject_type = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    clock = models.CharField(max_length=32)
    version = models.PositiveIntegerField()
    rung = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    fire_at = models.DateTimeField()
    owner = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    team = models.CharField(max_length=20)
    repeat_after = models.DurationField(null=True)  # the last rung asks again after this, until someone acts
    # Rings in the quiet hours too. What was set before anybody said rings: nobody waits for a night.
    by_night = models.BooleanField(db_default=True)
    # A crisis, or rings by night: mailed at once whatever its hearer chose. What nobody marked is.
    urgent = models.BooleanField(db_default=True)
    clocks_version = models.PositiveIntegerField(
        default=1, db_default=1
    )  # by which of its settings it was set
    fired_at = models.DateTimeField(null=True)
    # It could not be rung: how often, why (the name of the error), and when it is tried again.
    failures = models.PositiveIntegerField(default=0, db_default=0)
    failed_as = models.CharField(max_length=80, blank=True, db_default="")
    not_before = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "subject_id", "clock", "version", "rung"],
                name="one_reminder_a_rung",
            )
        ]
        indexes = [
            models.Index(
                fields=["organization", "fire_at"], condition=models.Q(fired_at=None), name="reminder_due"
            ),
            models.Index(
                fields=["organization", "clock", "owner"],
                condition=models.Q(fired_at=None),
                name="reminder_running",  # what every page counts beside its navigation
            ),
            models.Index(
                fields=["organization", "clocks_version", "subject_type", "subject_id"],
                condition=models.Q(fired_at=None),
                name="reminder_set_by",  # what new settings have not reached yet
            ),
            models.Index(
                fields=["organization"],
                condition=models.Q(failures__gt=0, fired_at=None),
                name="reminder_set_aside",
            ),
        ]


class Heartbeat(models.Model):
    """When something that must go on was last seen going on; beat writes, health reads."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self):
        return self.name


class OutboxMessage(TenantModel):
    """What one person is to hear. Taken with a lease, sent, marked: alone, or in one mail with others."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        SET_ASIDE = "set_aside"
        DROPPED = "dropped"
        GATHERED = "gathered"  # for the one mail of a day, as its hearer chose
        SHOWN = "shown"  # in the page alone, as its hearer chose

    kind = models.CharField(max_length=20, default="reminder")
    reminder = models.ForeignKey(Reminder, models.CASCADE, null=True, related_name="messages")
    recipient = models.ForeignKey("orgs.User", models.CASCADE, null=True, related_name="+")
    address = models.EmailField(blank=True)  # for one who is no member yet
    link = models.CharField(max_length=200, blank=True)  # emptied once sent, when it carries a key
    code = models.CharField(
        max_length=60, blank=True, db_default=""
    )  # of the audit's head, which is about nobody
    language = models.CharField(max_length=5, default="en")
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    # False: it waited for the one mail of a day, which wakes no device.
    aloud = models.BooleanField(default=True, db_default=True)
    created_at = models.DateTimeField()
    available_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    sent_as = models.UUIDField(null=True)  # the row after which the mail is named that told of this one
    error = models.CharField(max_length=80, blank=True)
    came_back_at = models.DateTimeField(null=True)  # or was refused: the address does not work

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reminder", "recipient"], name="one_message_a_rung_and_person")
        ]
        indexes = [
            models.Index(
                fields=["organization", "available_at"],
                condition=models.Q(state="waiting"),
                name="outbox_waiting",
            ),
            models.Index(
                fields=["organization", "recipient"],
                condition=models.Q(state="waiting"),
                name="outbox_of_one",  # what goes into one mail
            ),
            models.Index(
                fields=["organization"], condition=models.Q(state="set_aside"), name="outbox_set_aside"
            ),
            models.Index(
                fields=["organization", "available_at"],
                condition=models.Q(state="gathered"),
                name="outbox_gathered",
            ),
        ]
