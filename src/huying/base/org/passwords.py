"""Password rules of 等保三级 (GB/T 22239-2019): mixed characters, length, not guessable, changed from time to time."""

import secrets
import string
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from huying.base.calendars import clock
from huying.base.errors import Invalid
from huying.base.org.models import Person

_KINDS = (string.ascii_lowercase, string.ascii_uppercase, string.digits, "-_.!@#%")


class MixedCharactersValidator:
    """At least three of: lower case, upper case, digits, other signs."""

    def validate(self, password: str, user=None) -> None:
        kinds = [str.islower, str.isupper, str.isdigit, lambda c: not c.isalnum()]
        if sum(any(kind(c) for c in password) for kind in kinds) < 3:
            raise ValidationError(self.get_help_text(), code="password_not_mixed")

    def get_help_text(self) -> str:
        return "密码须包含小写字母、大写字母、数字、符号中的至少三种。"


def require_good(password: str, person: Person, field: str = "new") -> None:
    """Refuse a password that breaks a rule, naming every broken rule."""
    try:
        password_validation.validate_password(password, person)
    except ValidationError as error:
        raise Invalid(
            "新密码不合要求：" + " ".join(error.messages),
            code="weak_password",
            errors=[{"field": field, "message": message} for message in error.messages],
        ) from error


def change_due(person: Person) -> bool:
    """Must the password be changed before anything else: a first or reset password, or one past its age?"""
    if person.must_change_password:
        return True
    oldest = clock.now() - timedelta(days=settings.OPTIONS.password_days)
    return person.password_changed_at is not None and person.password_changed_at < oldest


def fresh_password() -> str:
    """A random first password of 14 characters that keeps the rules, easy to read out."""
    readable = ["".join(c for c in kind if c not in "lI1O0o") for kind in _KINDS]
    chosen = [secrets.choice(kind) for kind in readable] + [secrets.choice("".join(readable[:3])) for _ in range(10)]
    secrets.SystemRandom().shuffle(chosen)
    return "".join(chosen)
