"""Everything a centre may set from outside, in one typed place (environment variables with the prefix HUYING_)."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

BACKUP_MARK = "last-backup"  # in the data folder: its time is that of the last backup that ended well
DEMO_MARKER = "demo.json"  # in the data folder: this installation is a demo, whoever starts it


class Options(BaseSettings):
    """Installation options. A value not given has a default that suits one ordinary server."""

    model_config = SettingsConfigDict(env_prefix="HUYING_", env_file=".env", extra="ignore")

    data: Path = Field(Path("var"), description="Folder of the database, files, models and keys.")
    database_url: str = Field("", description="postgresql://… ; empty means SQLite in the data folder.")
    keys_file: Path | None = Field(None, description="Key ring; kept apart from backups. Default: <data>/keys.json")
    allowed_hosts: list[str] = Field(["127.0.0.1", "localhost", "[::1]"])
    trusted_origins: list[str] = Field([], description="Origins allowed for session requests behind a proxy.")
    https: bool = Field(False, description="Served over TLS: secure cookies and HSTS.")
    trusted_proxies: list[str] = Field(
        [], description="Addresses of reverse proxies whose X-Forwarded-For and -Proto are believed; empty: nobody's."
    )
    session_idle_minutes: int = Field(30, ge=1, description="A session unused for so long ends.")
    password_days: int = Field(180, ge=1, description="A password older than this must be changed at login.")
    debug: bool = False
    centre_code: str = Field("demo", description="Code of this centre in every exchanged record.")
    centre_name: str = "12345 政务服务便民热线"
    area_code: str = Field(
        "",
        pattern=r"^(0(10|2\d|[3-9]\d{2}))?$",
        description="Telephone area code put before a local number, such as 010.",
    )
    demo: bool = Field(False, description="Say on every page that the data is made up.")
    http_threads: int = Field(8, ge=1, description="Threads that serve requests in one process.")
    sms_gateway_url: str = Field("", description="HTTP gateway for SMS; empty: notices are only recorded.")
    sms_gateway_token: str = ""
    relay_number: str = Field("12345", max_length=20, description="What a unit dials to be put through to a citizen.")
    public_url: str = Field("http://127.0.0.1:8000", description="Address that citizens' links begin with.")
    public_filings_per_hour: int = Field(10, ge=1, description="Filings that one address may send in an hour.")
    public_queries_per_hour: int = Field(
        60, ge=1, description="Looks at progress or a visit's link an address and hour."
    )
    public_answers_per_hour: int = Field(30, ge=1, description="Supplements and visit answers an address and hour.")
    webhook_private_targets: bool = Field(False, description="Allow webhooks to private addresses.")
    metrics_allowed: list[str] = Field(
        ["127.0.0.1", "::1"], description="Addresses or networks (10.1.0.0/16) that may read /metrics."
    )
    metrics_token: str = Field("", description="Bearer token with which anybody else may read /metrics; empty: nobody.")
    max_body_mb: int = Field(12, description="Largest request body; a larger one is refused with 413.")
    retention_case: int = Field(3650, ge=1, description="Days until the personal parts of an order are erased.")
    retention_contact: int = Field(1095, ge=1, description="Days a contact without an order is kept.")
    retention_audit: int = Field(1095, ge=183, description="Days an audit row is kept; six months at least by law.")
    retention_event: int = Field(365, ge=1, description="Days a domain event is kept.")
    retention_technical: int = Field(90, ge=1, description="Days idempotency keys and finished obligations are kept.")
    log_format: Literal["json", "console"] = "json"
    log_level: str = "INFO"

    @property
    def keyring_path(self) -> Path:
        return self.keys_file or self.data / "keys.json"


@lru_cache(maxsize=1)
def options() -> Options:
    """The options of this process, read once."""
    chosen = Options()  # type: ignore[call-arg]
    return chosen.model_copy(update={"demo": True}) if (chosen.data / DEMO_MARKER).exists() else chosen
