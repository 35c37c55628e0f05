"""The second factor: an authenticator on the telephone, and codes on paper for when it is lost.

django-otp's own tables keep the secret and the codes in the clear, so that whoever reads a copy of the database passes
the second factor. Here the secret is sealed by the vault and of the codes only a keyed hash is kept.
"""

import secrets
import string
import time
from base64 import b32encode
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import models
from django_otp.models import Device, ThrottlingMixin, TimestampMixin
from django_otp.oath import TOTP

from huying.base import vault
from huying.base.retention import Retention

CONTEXT = "person.authenticator"
CODE_PURPOSE = "person.recovery_code"
CODE_SIGNS = string.ascii_lowercase.translate(str.maketrans("", "", "ilo")) + "23456789"
CODE_LENGTH = 10  # of 31 signs: 49 bits, behind a growing pause after every wrong one


def fresh_secret() -> str:
    """A sealed secret of 160 bits (RFC 4226 asks for 128 or more)."""
    return vault.seal(secrets.token_hex(20), CONTEXT)


def code_digest(person_id: int, code: str) -> str:
    """What is kept of a recovery code: useless without the keys, and different for two people with the same code."""
    return vault.fingerprint(f"{person_id}:{code.strip().lower()}", CODE_PURPOSE)


class Authenticator(TimestampMixin, ThrottlingMixin, Device):
    """A telephone that shows six digits anew every 30 seconds (RFC 6238); each works once."""

    retention = Retention.REFERENCE
    sealed = {"secret_sealed": CONTEXT}

    STEP, TOLERANCE = 30, 1

    secret_sealed = models.CharField(max_length=200, default=fresh_secret)
    drift = models.SmallIntegerField(default=0)
    last_t = models.BigIntegerField(default=-1)

    class Meta(Device.Meta):
        verbose_name = verbose_name_plural = "手机验证器"

    @property
    def secret(self) -> bytes:
        return bytes.fromhex(vault.unseal(self.secret_sealed, CONTEXT))

    def verify_token(self, token: str) -> bool:
        """Whether these are the digits of now (one step of 30 s either way), not used before. A wrong try is counted and
        makes the next one wait longer."""
        allowed, _ = self.verify_is_allowed()
        if not allowed:
            return False
        if not (token.isascii() and token.isdigit()):
            self.throttle_increment(commit=True)
            return False
        totp = self._now()
        if not totp.verify(int(token), self.TOLERANCE, self.last_t + 1):
            self.throttle_increment(commit=True)
            return False
        self.last_t, self.drift = totp.t(), totp.drift
        self.throttle_reset(commit=False)
        self.set_last_used_timestamp(commit=False)
        self.save()
        return True

    def _now(self) -> TOTP:
        totp = TOTP(self.secret, self.STEP, 0, 6, self.drift)
        totp.time = time.time()
        return totp

    def shown(self) -> str:
        """The six digits that the telephone shows now."""
        return f"{self._now().token():06d}"

    @property
    def spent(self) -> bool:
        """Whether the code that the telephone shows now has already opened something; the next one comes within 30 s."""
        return self.last_t >= self._now().t()

    def get_throttle_factor(self) -> int:
        return 1

    @property
    def config_url(self) -> str:
        """The address inside the QR code, as authenticator applications read it."""
        issuer = settings.OTP_TOTP_ISSUER
        label = quote(f"{issuer}:{self.user.get_username()}")
        asked = {"secret": b32encode(self.secret), "algorithm": "SHA1", "digits": 6, "period": self.STEP}
        return f"otpauth://totp/{label}?{urlencode({**asked, 'issuer': issuer})}"


class RecoveryCodes(ThrottlingMixin, Device):
    """Codes on paper, each of which stands in for the telephone once."""

    retention = Retention.REFERENCE

    digests = models.JSONField(default=list)

    class Meta(Device.Meta):
        verbose_name = verbose_name_plural = "恢复码"

    @classmethod
    def issue(cls, person, count: int) -> list[str]:
        """Fresh codes, told once; earlier ones end."""
        codes = ["".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH)) for _ in range(count)]
        cls.objects.filter(user=person).delete()
        digests = [code_digest(person.pk, code) for code in codes]
        cls.objects.create(user=person, name="恢复码", confirmed=True, digests=digests)
        return codes

    def verify_token(self, token: str) -> bool:
        allowed, _ = self.verify_is_allowed()
        if not allowed:
            return False
        digest = code_digest(self.user_id, token)
        if digest not in self.digests:
            self.throttle_increment(commit=True)
            return False
        self.digests = [kept for kept in self.digests if kept != digest]
        self.throttle_reset(commit=False)
        self.save()
        return True

    def get_throttle_factor(self) -> int:
        return 1
