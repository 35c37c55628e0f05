"""Check the licence of everything Huying ships against one list of allowed licences.

Python: the distributions pinned in requirements/base.txt and the extras, as installed in the environment.
Web: the production packages of web/package-lock.json, whose entries carry their licence.
Licences are SPDX identifiers or the classifier names that older packages use. A package that is not on the list
stops the build: somebody has to read its licence and add it here with a reason.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

ALLOWED = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "CNRI-Python",
    "HPND",
    "ISC",
    "MIT",
    "MIT-0",
    "MIT-CMU",
    "MPL-2.0",
    "PSF-2.0",
    "Public-Domain",
    "Unlicense",
    "Zlib",
}

# Names that are not SPDX identifiers, as packages write them.
SAME_AS = {
    "Apache": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "PSFL": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}

# Packages whose licence is not on the list, each read by a person.
EXCEPTIONS = {
    "psycopg": "LGPL-3.0-only; optional extra, used as an unmodified library",
    "psycopg-binary": "LGPL-3.0-only; optional extra, used as an unmodified library",
    "psycopg-pool": "LGPL-3.0-only; optional extra, used as an unmodified library",
    "qrcode": "BSD-3-Clause with an MIT part; its second classifier is about the trademark 'QR Code'",
}


def allowed(expression: str) -> bool:
    """Whether a licence expression can be satisfied by allowed licences: one side of OR, every part of AND."""
    names = [SAME_AS.get(part.strip(), part.strip()) for part in re.split(r"\s+(?:AND|and)\s+|;", expression)]
    return all(_one(name) for name in names)


def _one(name: str) -> bool:
    options = [part.strip(" ()") for part in re.split(r"\s+OR\s+", name)]
    return any(SAME_AS.get(option, option) in ALLOWED for option in options)


def python_packages() -> dict[str, str]:
    """Name → licence of each shipped Python distribution."""
    pinned: set[str] = set()
    for line in (ROOT / "requirements/base.txt").read_text().splitlines():
        if found := re.match(r"([A-Za-z0-9_.-]+)==", line):
            pinned.add(found[1])
    pinned |= {"psycopg", "psycopg-binary", "psycopg-pool"}
    report = subprocess.run(
        [sys.executable, "-m", "piplicenses", "--from=mixed", "--format=json", "--packages", *sorted(pinned)],
        check=True,
        capture_output=True,
        text=True,
    )
    return {row["Name"]: row["License"] for row in json.loads(report.stdout)}


def web_packages() -> dict[str, str]:
    """Name → licence of each production package of the web application."""
    lock = json.loads((ROOT / "web/package-lock.json").read_text())
    return {
        path.removeprefix("node_modules/"): entry.get("license", "unknown")
        for path, entry in lock["packages"].items()
        if path and not entry.get("dev") and not entry.get("devOptional") and not entry.get("optional")
    }


def main() -> int:
    found = python_packages() | web_packages()
    refused = {name: text for name, text in found.items() if not allowed(text) and name not in EXCEPTIONS}
    for name, text in sorted(refused.items()):
        print(f"{name}: {text!r} is not on the list of allowed licences (scripts/licences.py)")
    print(f"{len(found)} shipped packages checked, {len(refused)} refused")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
