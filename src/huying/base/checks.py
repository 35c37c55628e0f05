"""What may be wrong with an installation, and how to mend it: a registry that rooms fill and ``huying check`` runs.

A room puts its checks into ``checks.py``; they are found by that name in every installed app.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.module_loading import autodiscover_modules


class Status(StrEnum):
    GOOD = "✓"
    WARNING = "!"
    BAD = "✗"


@dataclass(frozen=True)
class Finding:
    """One sentence about the installation and, unless all is well, what to do; both in a clerk's Chinese."""

    status: Status
    text: str
    mend: str = ""


def good(text: str) -> Finding:
    return Finding(Status.GOOD, text)


def warn(text: str, mend: str) -> Finding:
    return Finding(Status.WARNING, text, mend)


def bad(text: str, mend: str) -> Finding:
    return Finding(Status.BAD, text, mend)


@dataclass(frozen=True)
class Check:
    name: str
    group: str
    run: Callable[[], Finding | Iterable[Finding]]
    vital: bool = False


_checks: dict[str, Check] = {}


def check(name: str, *, group: str = "installation", vital: bool = False):
    """Register a function that looks at one thing. A ``group`` of its own is run only when it is named (or with all).

    ``vital``: while this is bad the later checks could only repeat it, and are not run.
    """

    def register(run: Callable[[], Finding | Iterable[Finding]]):
        _checks[name] = Check(name, group, run, vital)
        return run

    return register


def run_checks(groups: Iterable[str]) -> Iterator[tuple[str, Finding]]:
    """Name and findings of every check of these groups, up to a vital one that is bad.

    A check that fails itself is a finding like another.
    """
    autodiscover_modules("checks")
    wanted = set(groups)
    for known in _checks.values():
        if known.group not in wanted:
            continue
        try:
            found = known.run()
            findings = [found] if isinstance(found, Finding) else list(found)
        except Exception as error:  # the person wants to see the other checks too
            words = f"检查没能完成：{type(error).__name__} {str(error).splitlines()[0] if str(error) else ''}"
            findings = [bad(words.strip(), "请看日志；数据库不通时先处理数据库。")]
        for finding in findings:
            yield known.name, finding
        if known.vital and any(finding.status is Status.BAD for finding in findings):
            return
