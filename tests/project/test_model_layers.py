"""String foreign keys obey the floors too: import-linter cannot see `ForeignKey("orders.WorkOrder")`."""

import tomllib

from django.apps import apps

from tests.project.tracked import ROOT


def _contract(contract_id: str) -> list[set[str]]:
    """The layers of a contract in pyproject.toml, highest first, each as the set of its modules."""
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    contract = next(each for each in linter["contracts"] if each["id"] == contract_id)
    return [
        {name.strip(" ()").partition(".")[0] for name in layer.replace("|", ":").split(":")}
        for layer in contract["layers"]
    ]


FLOORS = _contract("floors")
BASE_ROOMS = _contract("base")


def _level(layers: list[set[str]], name: str) -> int:
    """Height of a module: 0 is the ground."""
    return next(len(layers) - index for index, layer in enumerate(layers) if name in layer)


def _goes_up(source: str, target: str) -> bool:
    source_parts, target_parts = source.split("."), target.split(".")
    if target_parts[0] != "huying" or source_parts[0] != "huying":
        return False
    if source_parts[1] != target_parts[1]:
        return _level(FLOORS, target_parts[1]) > _level(FLOORS, source_parts[1])
    if source_parts[1] == "base" and source_parts[2] != target_parts[2]:
        return _level(BASE_ROOMS, target_parts[2]) > _level(BASE_ROOMS, source_parts[2])
    return False


def test_foreign_keys_point_down_the_floors():
    upward = []
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if not field.is_relation or field.auto_created or field.related_model is None:
                continue
            if _goes_up(model.__module__, field.related_model.__module__):
                upward.append(f"{model._meta.label}.{field.name} → {field.related_model._meta.label}")
    assert upward == []


def test_append_only_tables_are_nobodys_target():
    """Events and audit may be partitioned by month, so no foreign key may point to them."""
    targets = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation
        and not field.auto_created
        and field.related_model is not None
        and field.related_model.__name__ in {"Event", "AuditEntry"}
    ]
    assert targets == []


def test_every_room_is_an_app_with_its_own_label():
    for config in apps.get_app_configs():
        if config.name.startswith("huying."):
            assert config.label == config.name.rsplit(".", 1)[1]
