"""After a new key every sealed value is sealed with it, none is lost, and a run that was cut off goes on."""

import pytest
from django.apps import apps

from huying.base import vault
from huying.base.parties.models import Citizen
from huying.base.vault.rekeying import reseal, sealed_columns, waiting
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture(autouse=True)
def _own_ring(tmp_path):
    before = vault.configure(tmp_path / "keys.json")
    yield
    vault.configure(before)


def test_every_sealed_column_says_with_which_context():
    named = {(column.model, column.column) for column in sealed_columns()}
    there = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.name.endswith("_sealed")
    }

    assert named == there


def test_all_is_sealed_anew_and_opens_as_before():
    citizens = [factories.citizen(f"+86138000000{n:02d}", name=f"市民{n}") for n in range(7)]
    assert waiting() == 0
    vault.renew()
    assert waiting() == 14

    done = reseal(lambda _: None)

    assert sum(done.values()) == 14
    assert waiting() == 0
    for n, known in enumerate(citizens):
        row = Citizen.objects.get(pk=known.pk)
        assert row.phone_sealed.startswith("k2.")
        assert vault.unseal(row.phone_sealed, "citizen.phone") == f"+86138000000{n:02d}"
        assert vault.unseal(row.name_sealed, "citizen.name") == f"市民{n}"
        assert row.phone_hash == known.phone_hash


def test_a_run_that_was_cut_off_goes_on_where_it_ended(monkeypatch):
    monkeypatch.setattr("huying.base.vault.rekeying.BATCH", 2)
    for n in range(5):
        factories.citizen(name=f"市民{n}")
    vault.renew()

    def cut_off(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reseal(cut_off)
    assert waiting() == 8
    assert sum(reseal(lambda _: None).values()) == 8
    assert waiting() == 0


def test_a_value_changed_meanwhile_is_left_as_it_is():
    citizen = factories.citizen(name="旧名")
    vault.renew()
    newer = vault.seal("新名", "citizen.name")

    def somebody_was_first(_):
        Citizen.objects.filter(pk=citizen.pk).update(name_sealed=newer)

    reseal(somebody_was_first)  # told after the phones, before the names

    citizen.refresh_from_db()
    assert vault.unseal(citizen.name_sealed, "citizen.name") == "新名"
