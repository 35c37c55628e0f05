"""A client for the API as tests speak to it: paths without the prefix, bodies as JSON."""

from typing import Any, Self

from django.test import Client

PREFIX = "/api/v1"
JSON = "application/json"


class ApiClient(Client):
    """``ApiClient.for_person(person).post("/orders/…", {…})``. ``csrf=True`` checks CSRF as a browser's session does."""

    def __init__(self, *, csrf: bool = False, **defaults: Any) -> None:
        super().__init__(enforce_csrf_checks=csrf, raise_request_exception=False, **defaults)

    @classmethod
    def for_person(cls, person: Any, *, verified: bool = True, csrf: bool = False) -> Self:
        client = cls(csrf=csrf)
        client.force_login(person, backend="huying.base.org.backends.PersonBackend")
        if verified and person.needs_second_factor:
            client.pass_second_factor(person)
        return client

    @classmethod
    def with_token(cls, secret: str) -> Self:
        return cls(HTTP_AUTHORIZATION=f"Bearer {secret}")

    def pass_second_factor(self, person: Any) -> None:
        from django_otp import DEVICE_ID_SESSION_KEY

        from huying.base.org.devices import Authenticator

        device, _ = Authenticator.objects.get_or_create(user=person, confirmed=True, defaults={"name": "test"})
        session = self.session
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        session.save()

    def generic(self, method: str, path: str, *args: Any, **extra: Any) -> Any:
        return super().generic(method, path if path.startswith(PREFIX) else PREFIX + path, *args, **extra)

    def post(self, path: str, data: Any = None, content_type: str = JSON, **extra: Any) -> Any:  # type: ignore[override]
        return super().post(path, {} if data is None else data, content_type=content_type, **extra)

    def put(self, path: str, data: Any = None, content_type: str = JSON, **extra: Any) -> Any:  # type: ignore[override]
        return super().put(path, {} if data is None else data, content_type=content_type, **extra)

    def patch(self, path: str, data: Any = None, content_type: str = JSON, **extra: Any) -> Any:  # type: ignore[override]
        return super().patch(path, {} if data is None else data, content_type=content_type, **extra)

    def delete(self, path: str, data: Any = "", content_type: str = JSON, **extra: Any) -> Any:  # type: ignore[override]
        return super().delete(path, data, content_type=content_type, **extra)

    def upload(self, path: str, data: dict[str, Any], **extra: Any) -> Any:
        """A multipart POST, for files."""
        return super().post(path, data, **extra)
