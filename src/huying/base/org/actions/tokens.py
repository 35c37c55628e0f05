"""API tokens: issued and revoked by the security administrator; the secret is told once and never kept."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from huying.base.calendars import clock
from huying.base.errors import Invalid
from huying.base.events.recorder import record
from huying.base.org import rules, scopes
from huying.base.org.access import require_role, token_digest
from huying.base.org.models import ApiToken, Person


def issue_token(
    *, actor: Person, person: Person, name: str, scopes: Iterable[str], expires_at: datetime | None = None
) -> str:
    """A new token of ``person``; returns its secret, which cannot be read again. Administrators get none: their acts
    need the second factor."""
    return issue(actor, person, name, list(scopes), expires_at)[0]


def issue(
    actor: Person, person: Person, name: str, wanted: list[str], expires_at: datetime | None
) -> tuple[str, ApiToken]:
    require_role(actor, rules.RIGHTS)
    chosen = scopes.require_known(wanted)
    now = clock.now()
    if not person.is_active or person.is_system:
        raise Invalid("账号已停用，不能发放令牌。", errors=[{"field": "person", "message": "账号已停用"}])
    if person.needs_second_factor:
        raise Invalid("管理员账号不能使用令牌。", errors=[{"field": "person", "message": "管理员须二次验证"}])
    if expires_at is not None and expires_at <= now:
        raise Invalid("有效期须晚于现在。", errors=[{"field": "expires_at", "message": "须晚于现在"}])
    secret = f"hy_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        token = ApiToken.objects.create(
            person=person,
            name=name.strip()[:80],
            digest=token_digest(secret),
            scopes=chosen,
            created_at=now,
            expires_at=expires_at,
        )
        record(actor=actor, verb="token.issue", subject=token, payload={"person": person.pk, "scopes": chosen})
    return secret, token


def revoke_token(*, actor: Person, token: ApiToken) -> ApiToken:
    """End a token at once. Doing so again changes nothing."""
    if token.person_id != actor.pk:
        require_role(actor, rules.RIGHTS)
    with transaction.atomic():
        present = ApiToken.objects.select_for_update().get(pk=token.pk)
        if present.revoked_at is None:
            present.revoked_at = clock.now()
            present.save(update_fields=["revoked_at"])
            record(actor=actor, verb="token.revoke", subject=present, payload={"person": present.person_id})
    return present
