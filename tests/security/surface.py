"""Every operation of the OpenAPI document with a request that is well-formed, so that a refusal is about who asks.

A new operation needs nothing here unless its address names something new or its body is more than types can tell.
"""

import io
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from huying.base.events import actions as events
from huying.base.files import actions as files
from huying.base.notices.actions import set_template
from huying.base.org.actions import issue_token
from huying.base.org.models import ApiToken
from huying.base.taxonomy.models import Category
from huying.config.api import api
from huying.handling.linkage import actions as linkage
from huying.handling.orders.models import Assignment, WorkOrder
from huying.handling.visits import actions as visits
from huying.intake.contacts import actions as contacts
from tests import factories
from tests.api_client import ApiClient
from tests.handling.orders import town as towns

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)
# What types alone cannot tell: values that the rooms would refuse before they ask who is asking.
BODIES: dict[str, dict[str, Any]] = {
    "PUT /calendar/shifts/{name}": {"effective_from": "2026-01-01", "spans": [["09:00", "12:00"]]},
    "POST /dispatch/automation": {"enabled": False, "limit": 0.02},
    "POST /notices/templates": {"code": "accepted", "body": "您的诉求已受理。", "effective_from": "2099-01-01"},
    "POST /linkage/orders/{id}/handover": {"target": "110", "version": 1},
    "POST /linkage/contracts": {"names": ["恒暖供热"], "telephone": "12345"},
    "POST /orders/{order_id}/reveal": {"field": "phone", "reason": "核对联系方式"},
    "POST /org/tokens": {"scopes": ["read"]},
    "PUT /org/people/{person_id}/roles": {"roles": ["agent"]},
    "POST /parties/citizens/lookup": {"phone": "13800000000"},
    "POST /parties/citizens/lookup-tail": {"tail": "0000"},
    "POST /public/orders": {"phone": "13800000000", "text": "东风社区路灯不亮"},
    "POST /webhooks": {"url": "https://93.184.216.34/hook", "types": ["order"]},
    "POST /orders/{order_id}/actions/{action}": {"values": {"words": "请快一点"}},
    "POST /assignments/{assignment_id}/actions/{action}": {"values": {"connected": True, "summary": "已联系"}},
    "POST /contacts/caller": {"phone": "13800000000"},
    "POST /contacts/orders/{order_id}/serve": {"matter": "urge", "text": "请快一点"},
    "POST /contacts": {"result": "answered", "text": "问社保", "answer": "已答复"},
    "POST /taxonomy/trees": {"code": "next"},
    "PATCH /org/units/{unit_id}": {"telephone": "12345"},
    "PATCH /org/people/{person_id}": {"telephone": "12345"},
}


@dataclass(frozen=True)
class Operation:
    """One line of the interface: ``name`` is ``"POST /orders/{order_id}/…"``."""

    method: str
    path: str
    described: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def parameters(self) -> list[str]:
        return [part.split("}")[0] for part in self.path.split("{")[1:]]


def document() -> dict[str, Any]:
    return api.get_openapi_schema()


def operations() -> list[Operation]:
    prefix = "/api/v1"
    return [
        Operation(method.upper(), path.removeprefix(prefix), described)
        for path, methods in document()["paths"].items()
        for method, described in methods.items()
    ]


def example(schema: dict[str, Any], parts: dict[str, Any]) -> Any:
    """The least value that a schema takes."""
    if "$ref" in schema:
        return example(parts[schema["$ref"].rsplit("/", 1)[-1]], parts)
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return example(schema[key][0], parts)
    if "enum" in schema or "const" in schema:
        return schema.get("enum", [schema.get("const")])[0]
    kind = schema.get("type", "object")
    if kind == "object":
        return {name: example(schema["properties"][name], parts) for name in schema.get("required", [])}
    if kind == "array":
        return [example(schema["items"], parts) for _ in range(max(1, schema.get("minItems", 1)))]
    if kind in ("integer", "number"):
        return schema.get("minimum", 1)
    if kind == "boolean":
        return False
    words = {"date": "2026-01-05", "date-time": "2026-01-05T08:00:00Z"}.get(schema.get("format", ""), "wxyz")
    return words * max(1, -(-schema.get("minLength", 1) // len(words)))


def sheet() -> SimpleUploadedFile:
    book = Workbook()
    book.active.append(["nothing", "that", "anybody", "asked", "for"])
    content = io.BytesIO()
    book.save(content)
    return SimpleUploadedFile("sheet.xlsx", content.getvalue())


class Stage:
    """A town in which every address of the interface names something, and requests that name it."""

    def __init__(self) -> None:
        self.town = towns.build()
        factories.divisions()
        self.category: Category = factories.categories().noise
        town, people = self.town, self.town.people
        self.order: WorkOrder = town.handling(assists=[town.units.street])
        self.part: Assignment = town.lead(self.order)
        self.visited: WorkOrder = town.to_visit()
        self.link = visits.make_link(actor=people["visitor"], order=self.visited)
        self.attachment = files.store(actor=town.system, subject=self.order, name="照片.png", stream=io.BytesIO(PIXEL))
        self.webhook = events.create_webhook(
            actor=people["system_admin"], name="某平台", url="https://93.184.216.34/hook", types=["order"]
        )
        issue_token(actor=people["security_admin"], person=people["integrator"], name="某平台", scopes=["read"])
        self.token = ApiToken.objects.get(person=people["integrator"])
        self.template = set_template(
            actor=people["system_admin"], code="accepted", body="您的诉求已受理。", effective_from=date(2098, 1, 1)
        )
        self.contract = linkage.create_contract(
            actor=people["model_manager"],
            kind="mediation",
            enterprise=town.units.heating,
            regulator=town.units.housing,
            names=["恒暖供热"],
        )
        self.handover = contacts.hand_over(actor=factories.person("agent", unit=town.units.centre))
        self.colleague = factories.person("unit_clerk", unit=town.units.housing)
        self.duplicate = factories.citizen()

    def named(self, operation: Operation) -> dict[str, str]:
        """A value for each part of the address."""
        known = {
            "order_id": self.order.public_id,
            "assignment_id": self.part.public_id,
            "person_id": self.colleague.public_id,
            "unit_id": self.town.units.housing.public_id,
            "token_id": self.token.public_id,
            "handover_id": self.handover.public_id,
            "category_id": str(self.category.pk),
            "tree_id": str(self.category.tree_id),
            "secret": self.link,
            "day": "2026-01-05",
            "year": "2026",
            "name": "default",
            "kind": "catalogue",
            "action": "urge" if operation.path.startswith("/orders") else "record_outreach",
            "id": self.order.public_id,
        }
        first = operation.path.split("/")[1]
        known["public_id"] = {
            "files": self.attachment.public_id,
            "notices": self.template.public_id,
            "webhooks": self.webhook.public_id,
        }.get(first, self.order.citizen.public_id if self.order.citizen else "")
        if operation.path.startswith("/linkage/contracts"):
            known["id"] = self.contract.public_id
        if first == "terms":
            known["id"] = "1"
        return {name: known.get(name, "1") for name in operation.parameters}

    def body(self, operation: Operation) -> dict[str, Any] | None:
        """A body that meets the schema; ``None`` where the operation takes none or a file."""
        content = operation.described.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            return None
        made = example(content["application/json"]["schema"], document_parts())
        made |= BODIES.get(operation.name, {})
        if operation.name == "POST /org/tokens":
            made["person"] = self.town.people["integrator"].public_id
        if operation.name == "POST /parties/citizens/{public_id}/merge":
            made["duplicate"] = self.duplicate.public_id
        if operation.name == "POST /undertaking/templates":
            made["unit"] = self.town.units.housing.public_id
        if "successors" in made:
            made["successors"] = [unit.public_id for unit in (self.town.units.police, self.town.units.heating)]
        if "enterprise" in made:
            made |= {"enterprise": self.town.units.heating.public_id, "regulator": self.town.units.housing.public_id}
            made["kind"] = "hot"
        if "contract" in made:
            made["contract"] = self.contract.public_id
        if "successor" in made:
            made["successor"] = self.town.units.police.public_id
        return made

    def ask(self, client: ApiClient, operation: Operation, **instead: str) -> Any:
        """Send the operation's request; ``instead`` names other things in the address."""
        values = self.named(operation) | {k: v for k, v in instead.items() if k in operation.parameters}
        path = operation.path.format(**values)
        query = {p["name"]: self._asked(p) for p in operation.described.get("parameters", []) if _needed(p)}
        path += "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else ""
        if "multipart/form-data" in operation.described.get("requestBody", {}).get("content", {}):
            file = SimpleUploadedFile("x.png", PIXEL) if operation.path.endswith("/attachments") else sheet()
            return client.upload(path, {"file": file})
        method = getattr(client, operation.method.lower())
        if operation.method == "GET":
            return method(path)
        return method(path, self.body(operation) or {})

    def _asked(self, parameter: dict[str, Any]) -> Any:
        if parameter["schema"].get("type") == "number":
            return parameter["schema"].get("minimum", 1)
        if parameter["schema"].get("type") == "integer":
            return self.category.tree_id
        return {"subject_type": "orders.workorder", "subject": self.order.public_id}.get(parameter["name"], "x")


def _needed(parameter: dict[str, Any]) -> bool:
    return parameter["in"] == "query" and parameter.get("required", False)


_parts: dict[str, Any] = {}


def document_parts() -> dict[str, Any]:
    if not _parts:
        _parts.update(document()["components"]["schemas"])
    return _parts
