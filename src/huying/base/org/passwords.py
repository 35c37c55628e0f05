"""Password rules of 等保三级: at least three of four kinds of characters."""

from django.core.exceptions import ValidationError


class MixedCharactersValidator:
    """At least three of: lower case, upper case, digits, other signs."""

    def validate(self, password: str, user=None) -> None:
        kinds = [str.islower, str.isupper, str.isdigit, lambda c: not c.isalnum()]
        if sum(any(kind(c) for c in password) for kind in kinds) < 3:
            raise ValidationError(self.get_help_text(), code="password_not_mixed")

    def get_help_text(self) -> str:
        return "密码须包含小写字母、大写字母、数字、符号中的至少三种。"
