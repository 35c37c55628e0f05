"""Papers about orders: the list as a table, one order as an official sheet; and who changed what."""

from django.http import HttpRequest
from ninja import Query, Router

from huying.base.downloads import download
from huying.base.events.recorder import record_access
from huying.handling.orders import history, paper, schemas_papers, selectors, sheets
from huying.handling.orders.filters import OrderFilters

router = Router(tags=["orders"])
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@router.get("/lists/export.xlsx", summary="把列表导出为表格（按本人权限隐去号码，记入审计）")
def export(request: HttpRequest, query: Query[schemas_papers.ExportQuery]):
    values = query.dict()
    columns = [name for name in values.pop("columns").split(",") if name]
    for unused in ("cursor", "limit"):
        values.pop(unused)
    content, count = sheets.export_orders(actor=request.auth, filters=OrderFilters(**values), columns=columns)
    response = download(content, "orders.xlsx")
    response["X-Rows"] = str(count)
    return response


@router.get("/{order_id}/sheet.docx", summary="办理单（Word）")
def sheet(request: HttpRequest, order_id: str):
    order = selectors.get_order(request.auth, order_id)
    content = paper.handling_sheet(request.auth, order)
    record_access(
        actor=request.auth, verb="order.printed", subject_type=order._meta.label_lower, subject_id=order.pk, changes={}
    )
    return download(content, f"{order.order_no}.docx", DOCX)


@router.get("/{order_id}/versions", response=list[schemas_papers.VersionOut], summary="工单的修改记录")
def versions(request: HttpRequest, order_id: str):
    return history.versions(selectors.get_order(request.auth, order_id))
