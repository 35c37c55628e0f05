"""启用模型 and 自动派单设置: a named person promotes a model and sets the limit that is promised."""

from django.db import transaction

from huying.base.calendars import clock
from huying.base.errors import Conflict, Invalid
from huying.base.events.recorder import record
from huying.base.org.access import require_role
from huying.base.org.models import Person
from huying.handling.dispatch import knowledge
from huying.handling.dispatch.models import Automation, ModelVersion

KEEPER = "model_manager"
LOWEST_LIMIT, HIGHEST_LIMIT = 0.001, 0.2


def promote(*, actor: Person, model: ModelVersion) -> ModelVersion:
    """Let this model read all orders from now on; any earlier version can be brought back the same way.

    Raises ``Conflict`` where it already does, or where its files are missing or altered.
    """
    require_role(actor, KEEPER)
    check_files(model)
    with transaction.atomic():
        present = ModelVersion.objects.select_for_update().get(pk=model.pk)
        former = ModelVersion.objects.select_for_update().filter(promoted_at__isnull=False, retired_at__isnull=True)
        names = list(former.exclude(pk=present.pk).values_list("name", flat=True))
        if former.filter(pk=present.pk).exists():
            raise Conflict("这个模型已在使用。", code="promoted_already")
        now = clock.now()
        former.update(retired_at=now)
        present.promoted_at, present.promoted_by, present.retired_at = now, actor, None
        present.save(update_fields=["promoted_at", "promoted_by", "retired_at"])
        changes = {"model": [names[0] if names else None, present.name]}
        record(actor=actor, verb="dispatch.promote", subject=present, payload={"model": present.name}, changes=changes)
        knowledge.bump("models")
    return present


def check_files(model: ModelVersion) -> None:
    """Refuse a model whose folder is not, to the last byte, what was registered, or which another key signed."""
    from huying.engines.classify.store import BrokenModel
    from huying.handling.dispatch import keeping

    try:
        keeping.read(knowledge.models_folder() / model.folder, model.sha256)
    except (OSError, BrokenModel) as error:
        raise Conflict(
            "模型文件缺失或已被改动，不能启用。请重新训练，或从备份恢复模型目录。", code="model_broken"
        ) from error


def set_automation(*, actor: Person, limit: float, enabled: bool, auto_promote: bool | None = None) -> Automation:
    """Of 100 orders dispatched without a person at most ``100 × limit`` may be wrong; holds for orders from now on.

    ``auto_promote``: whether a nightly model that is proved better is put into use by itself; None leaves it.
    """
    require_role(actor, KEEPER)
    if not LOWEST_LIMIT <= limit <= HIGHEST_LIMIT:
        raise Invalid(
            "错派上限须在每 100 件 0.1 至 20 件之间。", errors=[{"field": "limit", "message": "0.001 至 0.2"}]
        )
    with transaction.atomic():
        before = Automation.objects.order_by("-effective_from", "-pk").first()
        promote_alone = bool(before and before.auto_promote) if auto_promote is None else auto_promote
        row = Automation.objects.create(
            enabled=enabled, limit=limit, auto_promote=promote_alone, effective_from=clock.now(), set_by=actor
        )
        changes = {
            "enabled": [before.enabled if before else None, enabled],
            "limit": [before.limit if before else None, limit],
            "auto_promote": [bool(before and before.auto_promote), promote_alone],
        }
        payload = {"enabled": enabled, "limit": limit}
        record(actor=actor, verb="dispatch.set_automation", subject=row, payload=payload, changes=changes)
        knowledge.bump("automation")
    return row
