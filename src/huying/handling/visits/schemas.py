"""What goes over HTTP about visits."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import StringConstraints


class LinkOut(Schema):
    """The address to send to the citizen; shown once, only its hash is kept."""

    url: str


class InvitationOut(Schema):
    """What a citizen sees before answering: which matter, who handled it, what was replied."""

    order_no: str
    title: str
    unit: str
    reply: str
    filed_at: datetime


class AnswersIn(Schema):
    """The three answers."""

    contacted: Literal["yes", "no"]
    solved: Literal["solved", "partly", "unsolved"]
    satisfied: Literal["satisfied", "basic", "dissatisfied"]
    words: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""


class ThanksOut(Schema):
    message: str
