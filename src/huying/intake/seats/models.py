"""Seats 坐席: what each agent does now, every span of it as a log, and calls for the team leader's help."""

from django.conf import settings
from django.db import models

from huying.base.events.models import new_public_id
from huying.base.retention import Retention
from huying.intake.seats.states import SEAT_STATES

STATES = [(str(code), row.label) for code, row in SEAT_STATES.items()]


class Seat(models.Model):
    """The present state of one agent's seat. ``present``: the masked number of who is on the line, for the leader."""

    retention = Retention.REFERENCE

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="seat")
    state = models.CharField(max_length=8, choices=STATES, default="off")
    since = models.DateTimeField()
    present = models.CharField(max_length=40, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "坐席状态"


class SeatSpan(models.Model):
    """One finished span in one state. Append-only: a row is written when the seat goes on to the next state."""

    retention = Retention.CONTACT

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=STATES)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(db_index=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "坐席状态记录"
        indexes = [models.Index(fields=["person", "-ended_at"], name="seat_span_person")]


class HelpCall(models.Model):
    """班长求助: an agent asks, with what is written so far; a team leader takes it and answers in words.

    ``text`` is the draft with identifiers as tokens; the originals stay with the agent and are not kept here.
    """

    retention = Retention.CONTACT

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    seat = models.ForeignKey(Seat, models.CASCADE, related_name="calls")
    words = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reply = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True, db_index=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "班长求助"
        constraints = [
            models.UniqueConstraint(
                fields=["seat"], condition=models.Q(ended_at__isnull=True), name="one_open_call_per_seat"
            )
        ]
