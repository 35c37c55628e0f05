"""Settings of the tests: the real ones over a throw-away data folder and, where asked for, a PostgreSQL database.

The environment is set before the typed options are read, so that no test ever touches an installation's data or keys.
"""

import atexit
import os
import shutil
import tempfile

_FOLDER = tempfile.mkdtemp(prefix="huying-test-")
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
for name in [name for name in os.environ if name.startswith("HUYING_")]:
    if name not in {"HUYING_TEST_DATABASE_URL", "HUYING_SHARED"}:
        del os.environ[name]
os.environ["HUYING_DATA"] = _FOLDER
os.environ["HUYING_DATABASE_URL"] = os.environ.get("HUYING_TEST_DATABASE_URL", "")
os.environ["HUYING_LOG_LEVEL"] = "WARNING"

from huying.config.settings import *  # noqa: E402,F403
from huying.config.settings import DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast: no test is about the cost of a guess
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads of a test share it as the threads of a server do. A crash need not be survived here.
    DATABASES["default"]["TEST"] = {"NAME": f"{_FOLDER}/test.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] = DATABASES["default"]["OPTIONS"]["init_command"].replace(
        "synchronous=FULL", "synchronous=OFF"
    )
