"""Guarding values at rest; see :mod:`huying.base.vault.keyring`."""

from huying.base.vault.keyring import Keyring, VaultError, configure, fingerprint, keyring, renew, seal, unseal

__all__ = ["Keyring", "VaultError", "configure", "fingerprint", "keyring", "renew", "seal", "unseal"]
