"""API tokens over HTTP."""

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query, Router, Status

from huying.base.errors import Conflict, NotFound
from huying.base.events.idempotency import IdempotencyKey, once
from huying.base.org import actions, rules, schemas, selectors
from huying.base.org.actions.tokens import issue
from huying.base.org.models import ApiToken, Person
from huying.base.org.scopes import SCOPES
from huying.base.paging import LIMIT, capped_count, keyset_page

router = Router(tags=["org"])


def _visible(reader: Person) -> QuerySet[ApiToken]:
    """All to the security administrator, to others their own."""
    rows = ApiToken.objects.select_related("person")
    return rows if reader.has_role(rules.RIGHTS) else rows.filter(person=reader)


def _find(reader: Person, public_id: str) -> ApiToken:
    found = _visible(reader).filter(public_id=public_id).first()
    if found is None:
        raise NotFound("没有这个令牌。")
    return found


def _out(token: ApiToken) -> schemas.TokenOut:
    plain = ("name", "scopes", "created_at", "expires_at", "revoked_at", "last_used_on")
    owner = schemas.Named(id=token.person.public_id, name=token.person.name)
    return schemas.TokenOut(id=token.public_id, person=owner, **{name: getattr(token, name) for name in plain})


@router.get("/scopes", response=list[schemas.ScopeOut])
def scopes(request: HttpRequest):
    """What a token can be allowed."""
    return [{"code": code, "name": name} for code, name in SCOPES.items()]


@router.get("/tokens", response=schemas.TokenList)
def tokens(request: HttpRequest, cursor: str = Query("", max_length=400), limit: int = Query(50, ge=1, le=LIMIT)):
    """Tokens without their secrets, newest first."""
    rows = _visible(request.auth)
    count, capped = capped_count(rows)
    found, following = keyset_page(rows.order_by("-id"), cursor=cursor, fields=["-id"], limit=limit)
    return {"items": [_out(token) for token in found], "next": following, "count": count, "count_capped": capped}


@router.post("/tokens", response={201: schemas.TokenMade})
def issue_token(request: HttpRequest, data: schemas.TokenNew, idempotency_key: IdempotencyKey = None):
    """Answers with the secret, once."""
    owner = selectors.find_person(request.auth, data.person)
    secrets: list[str] = []

    def create() -> ApiToken:
        secret, token = issue(request.auth, owner, data.name, data.scopes, data.expires_at)
        secrets.append(secret)
        return token

    reply = once(request, idempotency_key, create=create, load=lambda public_id: _find(request.auth, public_id))
    if reply.repeated:
        raise Conflict("这个令牌已发放，密钥只显示一次；如未记下，请停用后重新发放。", code="already_made")
    return Status(reply.status, {"token": _out(reply.value), "secret": secrets[0]})


@router.delete("/tokens/{token_id}", response=schemas.TokenOut)
def revoke_token(request: HttpRequest, token_id: str):
    """The token ends at once; it stays in the list as revoked."""
    return _out(actions.revoke_token(actor=request.auth, token=_find(request.auth, token_id)))
