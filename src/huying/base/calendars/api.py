"""The calendar over HTTP: everybody may read it, the system administrator writes it."""

from datetime import date

from django.http import HttpRequest
from ninja import Router

from huying.base.calendars import actions, schemas, selectors
from huying.base.org.access import require_role

router = Router(tags=["calendars"])

WRITER = "system_admin"


@router.get("/shifts", response=list[schemas.ShiftsOut], summary="作息时间")
def list_shifts(request: HttpRequest):
    return selectors.shift_patterns()


@router.put("/shifts/{name}", response=schemas.ShiftsOut, summary="录入或修改作息时间")
def put_shifts(request: HttpRequest, name: schemas.PatternName, body: schemas.ShiftsIn):
    require_role(request.auth, WRITER)
    return actions.set_shifts(actor=request.auth, name=name, **body.dict())


@router.put("/days/{day}", response=schemas.DayOut, summary="录入或修改某一天")
def put_day(request: HttpRequest, day: date, body: schemas.DayIn):
    require_role(request.auth, WRITER)
    actions.set_day(actor=request.auth, day=day, **body.dict())
    return selectors.day_shown(day)


@router.get("/{int:year}", response=schemas.YearOut, summary="全年日历")
def get_year(request: HttpRequest, year: schemas.Year):
    return selectors.year_shown(year)


@router.post("/{int:year}/fill", response=schemas.FilledOut, summary="填充全年节假日与调休")
def fill_year(request: HttpRequest, year: schemas.Year):
    require_role(request.auth, WRITER)
    return actions.fill_year(actor=request.auth, year=year)


@router.post("/{int:year}/confirm", response=schemas.YearOut, summary="确认全年安排已经公布")
def confirm_year(request: HttpRequest, year: schemas.Year, body: schemas.ConfirmIn):
    require_role(request.auth, WRITER)
    actions.confirm_year(actor=request.auth, year=year, reason=body.reason)
    return selectors.year_shown(year)
