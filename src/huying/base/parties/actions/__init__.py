"""Every write about citizens and respondents."""

from huying.base.parties.actions.citizens import (
    find_or_create_citizen,
    find_or_create_citizens,
    merge_citizens,
    reveal_citizen,
    update_citizen,
)
from huying.base.parties.actions.erasure import erase_expired, expired_citizens, keep_while
from huying.base.parties.actions.respondents import find_or_create_respondent, update_respondent

__all__ = [
    "erase_expired",
    "expired_citizens",
    "find_or_create_citizen",
    "find_or_create_citizens",
    "find_or_create_respondent",
    "keep_while",
    "merge_citizens",
    "reveal_citizen",
    "update_citizen",
    "update_respondent",
]
