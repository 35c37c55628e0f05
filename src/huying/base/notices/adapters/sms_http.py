"""An SMS gateway over HTTP.

``POST <HUYING_SMS_GATEWAY_URL>`` with ``Authorization: Bearer <token>``, ``Idempotency-Key: <id>`` and the JSON body
``{"id", "phone", "text"}``; ``phone`` as dialled here. Any 2xx means accepted, 409 that this id was accepted before.
A gateway that speaks otherwise gets an adapter of its own beside this one.
"""

import httpx

from huying.base.events.obligations import TryAgain
from huying.base.notices.delivery import Refused
from huying.base.parties.phones import dialled

TIMEOUT_SECONDS = 10.0
MAY_WORK_LATER = {408, 425, 429}


class HttpSmsAdapter:
    name = "sms_http"

    def __init__(self, url: str, token: str, transport: httpx.BaseTransport | None = None) -> None:
        self.url = url
        self.token = token
        self.transport = transport

    def send(self, *, phone: str, text: str, message_id: str) -> None:
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": message_id}
        body = {"id": message_id, "phone": dialled(phone), "text": text}
        try:
            with httpx.Client(transport=self.transport, timeout=TIMEOUT_SECONDS, follow_redirects=False) as client:
                status = client.post(self.url, json=body, headers=headers).status_code
        except httpx.HTTPError as error:
            raise TryAgain(f"短信网关没有应答（{type(error).__name__}）") from error
        if 200 <= status < 300 or status == 409:
            return
        if status >= 500 or status in MAY_WORK_LATER:
            raise TryAgain(f"短信网关暂时不可用（{status}）")
        raise Refused(f"短信网关拒收（{status}），请检查网关地址、令牌和签名模板")
