"""Texts with named gaps, ``{order_no}``. Filling replaces names by values and nothing else: no attribute, index,
conversion or format is understood, so that a text written by people can't reach anything but its fields. Pure.
"""

from collections.abc import Callable, Iterable
from string import Formatter


def names(body: str, allowed: Iterable[str]) -> list[str]:
    """The fields a text uses. ``ValueError`` in a clerk's words where braces don't match or a field is not allowed."""
    known = list(allowed)
    try:
        parts = list(Formatter().parse(body))
    except ValueError as error:
        raise ValueError("花括号不成对，字段请写成 {order_no} 的样子") from error
    used = []
    for _, name, spec, conversion in parts:
        if name is None:
            continue
        if name not in known or spec or conversion:
            fields = "、".join(f"{{{field}}}" for field in known)
            raise ValueError(f"没有“{{{name}}}”这个字段，可用的有：{fields}")
        used.append(name)
    return used


def fill(body: str, value: Callable[[str], str]) -> str:
    """The text with ``value(name)`` in each gap."""
    return "".join(
        literal + (value(name) if name is not None else "") for literal, name, _, _ in Formatter().parse(body)
    )
