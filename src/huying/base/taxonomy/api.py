"""Categories over HTTP: everybody searches them, those who keep the rules change them."""

from django.http import HttpRequest
from ninja import File, Query, Router, Status
from ninja.files import UploadedFile

from huying.base.downloads import download
from huying.base.errors import NotFound
from huying.base.events.idempotency import IdempotencyKey, once
from huying.base.org.access import require_role
from huying.base.org.models import Unit
from huying.base.org.selectors import find_unit
from huying.base.taxonomy import actions, schemas, selectors, sheets
from huying.base.taxonomy.models import Category, CategoryTree, Responsibility

router = Router(tags=["taxonomy"])

KEEPERS = ("system_admin", "model_manager")
Code = Query("", max_length=40)


def _tree(pk: int | None) -> CategoryTree:
    found = CategoryTree.objects.filter(pk=pk).first() if pk is not None else selectors.current_tree()
    if found is None:
        raise NotFound("没有这个分类版本，或现在没有生效的分类。", code="no_tree")
    return found


@router.get("/trees", response=schemas.TreesOut, summary="分类体系及其版本")
def trees(request: HttpRequest):
    return {"items": list(selectors.trees())}


@router.post("/trees", response={201: schemas.TreeOut}, summary="新建分类体系或新版本")
def create_tree(request: HttpRequest, body: schemas.TreeIn):
    """A new edition copies ``copy_of``, which ends the day before."""
    require_role(request.auth, *KEEPERS)
    if body.copy_of is not None:
        return Status(
            201,
            actions.new_edition(
                actor=request.auth, tree=_tree(body.copy_of), edition=body.edition, effective_from=body.effective_from
            ),
        )
    values = body.dict(exclude={"copy_of"})
    return Status(201, actions.new_tree(actor=request.auth, **values))


@router.post("/trees/{tree_id}/end", response=schemas.TreeOut, summary="停用分类版本")
def end_tree(request: HttpRequest, tree_id: int, body: schemas.TreeEndIn):
    require_role(request.auth, *KEEPERS)
    return actions.end_tree(
        actor=request.auth,
        tree=_tree(tree_id),
        effective_until=body.effective_until,
        expected_version=body.version,
    )


@router.get("/categories", response=schemas.CategoryPage, summary="事项分类")
def categories(
    request: HttpRequest,
    words: str = Query("", max_length=60),
    tree: str = Code,
    edition: str = Code,
    retired: bool = False,
    cursor: str = Query("", max_length=300),
    limit: int = Query(50, ge=1, le=200),
):
    """Categories of the tree in force, or of the tree with this code (and edition)."""
    chosen = selectors.get_tree(tree, edition) if tree else None
    page = selectors.categories(words, chosen, retired=retired, cursor=cursor, limit=limit)
    return {
        "items": [_category(row) for row in page.items],
        "next": page.next,
        "count": page.count,
        "count_capped": page.count_capped,
    }


@router.post("/categories", response={201: schemas.CategoryOut}, summary="新增事项分类")
def add(request: HttpRequest, body: schemas.CategoryIn):
    require_role(request.auth, *KEEPERS)
    values = body.dict(exclude={"tree", "parent"})
    parent = selectors.get_category(body.parent) if body.parent is not None else None
    return Status(
        201, _category(actions.add_category(actor=request.auth, tree=_tree(body.tree), parent=parent, **values))
    )


@router.patch("/categories/{category_id}", response=schemas.CategoryOut, summary="修改事项分类")
def patch(request: HttpRequest, category_id: int, body: schemas.CategoryPatchIn):
    require_role(request.auth, *KEEPERS)
    values = body.dict(exclude_unset=True)
    expected = values.pop("version")
    category = selectors.get_category(category_id)
    changed = actions.rename_category(actor=request.auth, category=category, expected_version=expected, **values)
    return _category(changed)


@router.post("/categories/{category_id}/retire", response=schemas.CategoryOut, summary="停用事项分类")
def retire(request: HttpRequest, category_id: int, body: schemas.CategoryRetireIn):
    """It and all below it."""
    require_role(request.auth, *KEEPERS)
    category = selectors.get_category(category_id)
    retired = actions.retire_category(actor=request.auth, category=category, on=body.on, expected_version=body.version)
    return _category(retired)


@router.get("/categories/{category_id}/translate", response=schemas.TranslationsOut, summary="对照到另一版本")
def translate(request: HttpRequest, category_id: int, tree: int):
    found = selectors.translate(selectors.get_category(category_id), _tree(tree))
    return {"items": [{"category": _category(one.category), "share": one.share} for one in found]}


@router.put("/categories/{category_id}/crosswalk", response=schemas.TranslationsOut, summary="设定对照")
def set_crosswalk(request: HttpRequest, category_id: int, body: schemas.CrosswalkIn):
    """The shares in one tree add up to 1."""
    require_role(request.auth, *KEEPERS)
    targets = [(selectors.get_category(one.category), one.share) for one in body.targets]
    source = selectors.get_category(category_id)
    actions.set_crosswalk(actor=request.auth, source=source, targets=targets, note=body.note)
    return {"items": [{"category": _category(target), "share": share} for target, share in targets]}


@router.get("/categories.xlsx", summary="导出事项分类")
def export_categories(request: HttpRequest, tree: int | None = None):
    require_role(request.auth, *KEEPERS)
    return download(sheets.export_categories(actor=request.auth, tree=_tree(tree)), "categories.xlsx")


@router.post("/categories.xlsx", response=schemas.TaxonomyImportOut, summary="导入事项分类")
def import_categories(request: HttpRequest, file: File[UploadedFile], tree: int | None = None):
    require_role(request.auth, *KEEPERS)
    return sheets.import_categories(actor=request.auth, tree=_tree(tree), source=file.file)


@router.get("/crosswalk.xlsx", summary="导出两个版本的对照")
def export_crosswalk(request: HttpRequest, source: int, target: int):
    require_role(request.auth, *KEEPERS)
    content = sheets.export_crosswalk(actor=request.auth, source=_tree(source), target=_tree(target))
    return download(content, "crosswalk.xlsx")


@router.post("/crosswalk.xlsx", response=schemas.TaxonomyImportOut, summary="导入两个版本的对照")
def import_crosswalk(request: HttpRequest, file: File[UploadedFile], source: int, target: int):
    require_role(request.auth, *KEEPERS)
    return sheets.import_crosswalk(actor=request.auth, source=_tree(source), target=_tree(target), sheet=file.file)


@router.get("/responsibilities", response=schemas.ResponsibilitiesOut, summary="权责清单")
def responsibilities(request: HttpRequest, unit: str = Query("", max_length=26), category: int | None = None):
    chosen = Unit.objects.filter(public_id=unit).first() if unit else None
    if unit and chosen is None:
        raise NotFound("没有这个单位。")
    about = selectors.get_category(category) if category is not None else None
    rows = selectors.responsibilities(unit=chosen, category=about)[:500]
    return {"items": [_responsibility(row) for row in rows]}


def _responsibility(row: Responsibility) -> dict:
    names = ("version", "matter", "basis", "effective_from", "effective_until")
    return {
        **{name: getattr(row, name) for name in names},
        "id": row.public_id,
        "unit": row.unit.name,
        "category": row.category.full_name if row.category else "",
    }


@router.post("/responsibilities", response={201: schemas.ResponsibilityOut}, summary="登记一项权责")
def add_responsibility(request: HttpRequest, body: schemas.ResponsibilityIn, idempotency_key: IdempotencyKey = None):
    require_role(request.auth, *KEEPERS)
    values = body.dict()
    values["unit"] = find_unit(body.unit)
    values["category"] = selectors.get_category(body.category) if body.category is not None else None
    reply = once(
        request,
        idempotency_key,
        create=lambda: actions.add_responsibility(actor=request.auth, **values),
        load=selectors.get_responsibility,
    )
    return Status(reply.status, _responsibility(reply.value))


@router.post("/responsibilities/{id}/end", response=schemas.ResponsibilityOut, summary="让一项权责失效")
def end_responsibility(request: HttpRequest, id: str, body: schemas.TreeEndIn):
    require_role(request.auth, *KEEPERS)
    line = selectors.get_responsibility(id)
    ended = actions.end_responsibility(
        actor=request.auth, line=line, effective_until=body.effective_until, expected_version=body.version
    )
    return _responsibility(ended)


@router.get("/responsibilities.xlsx", summary="导出权责清单")
def export_responsibilities(request: HttpRequest):
    require_role(request.auth, *KEEPERS)
    return download(sheets.export_responsibilities(actor=request.auth), "responsibilities.xlsx")


@router.post("/responsibilities.xlsx", response=schemas.TaxonomyImportOut, summary="导入权责清单")
def import_responsibilities(request: HttpRequest, file: File[UploadedFile]):
    require_role(request.auth, *KEEPERS)
    return sheets.import_responsibilities(actor=request.auth, source=file.file)


def _category(row: Category) -> dict:
    names = ("version", "code", "name", "full_name", "depth", "deciding_place", "must_ask", "provisional", "retired_on")
    return {**{name: getattr(row, name) for name in names}, "id": row.pk, "leaf": row.numchild == 0}
