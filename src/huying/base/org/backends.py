"""Finding the person of a session in one query, with unit and firm at hand."""

from django.contrib.auth.backends import ModelBackend

from huying.base.org.models import Person


class PersonBackend(ModelBackend):
    """Password login; the person comes with unit and firm, which nearly every request asks for."""

    def get_user(self, user_id: int) -> Person | None:
        person = Person.objects.select_related("unit", "firm").filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None
