"""Sealed values open only with their key and in their place; look-up hashes tell nothing of each other."""

import stat

import pytest

from huying.base import vault
from huying.base.vault.keyring import Keyring, VaultError


@pytest.fixture
def ring() -> Keyring:
    return Keyring.fresh()


@pytest.fixture
def own_ring(tmp_path):
    """A key ring of this test alone, as the process's own."""
    path = tmp_path / "keys.json"
    before = vault.configure(path)
    yield path
    vault.configure(before)


def test_what_was_sealed_opens_and_never_looks_the_same(ring):
    one, other = ring.seal("13800000000", "citizen.phone"), ring.seal("13800000000", "citizen.phone")

    assert one != other
    assert "13800000000" not in one
    assert ring.open(one, "citizen.phone") == ring.open(other, "citizen.phone") == "13800000000"


def test_nothing_stays_nothing(ring):
    assert ring.seal("", "citizen.phone") == ring.open("", "citizen.phone") == ring.fingerprint("", "phone") == ""


def test_a_value_moved_to_another_column_altered_or_of_another_ring_does_not_open(ring):
    sealed = ring.seal("某市民", "citizen.name")
    altered = sealed[:20] + ("A" if sealed[20] != "A" else "B") + sealed[21:]

    for wrong, context in ((sealed, "citizen.phone"), (altered, "citizen.name"), ("k9." + sealed[3:], "citizen.name")):
        with pytest.raises(VaultError):
            ring.open(wrong, context)
    with pytest.raises(VaultError):
        Keyring.fresh().open(sealed, "citizen.name")


@pytest.mark.parametrize("rubbish", ["k1.", "k1.AAAA", "k1.不是编码", "k1"])
def test_rubbish_is_an_error_of_the_vault(ring, rubbish):
    with pytest.raises(VaultError):
        ring.open(rubbish, "citizen.name")


def test_hashes_of_two_purposes_differ(ring):
    assert ring.fingerprint("0000", "citizen.phone") != ring.fingerprint("0000", "citizen.phone_tail")
    assert ring.fingerprint("0000", "citizen.phone") == ring.fingerprint("0000", "citizen.phone")


def test_a_new_key_seals_and_the_old_one_still_opens(ring):
    old = ring.seal("一", "x")
    newer = ring.with_new_key()

    assert newer.open(old, "x") == "一"
    assert newer.seal("二", "x").startswith("k2.")
    assert newer.fingerprint("一", "x") == ring.fingerprint("一", "x")


def test_the_ring_on_disk_is_its_owners_alone(ring, tmp_path):
    path = tmp_path / "below" / "keys.json"
    ring.save(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Keyring.load(path) == ring


def test_a_ring_is_made_once_and_a_running_process_follows_its_renewal(own_ring):
    first = vault.keyring()
    sealed = vault.seal("一", "x")
    assert vault.keyring() == first

    other_process = Keyring.load(own_ring).with_new_key()
    other_process.save(own_ring)

    assert vault.keyring().active == "k2"
    assert vault.unseal(sealed, "x") == "一"


def test_a_ring_moved_away_under_a_running_process_is_not_replaced(own_ring):
    first = vault.keyring()
    own_ring.rename(own_ring.with_name("elsewhere.json"))

    assert vault.keyring() == first
    assert not own_ring.exists()
