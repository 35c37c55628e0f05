"""What papers and versions of orders are asked by and say."""

from datetime import datetime

from ninja import Field, Schema

from huying.handling.orders.schemas import ByOut, OrderQuery


class ExportQuery(OrderQuery):
    """A list's conditions and the columns on the screen, joined by commas."""

    columns: str = Field("left,title,state,unit,place,kind,filed", max_length=300)


class FieldChangeOut(Schema):
    """Empty is nothing; words of people say only that they changed."""

    field: str
    label: str
    old: str
    new: str


class VersionOut(Schema):
    at: datetime
    action: str
    by: ByOut
    changes: list[FieldChangeOut]
