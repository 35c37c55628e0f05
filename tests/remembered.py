"""What a process remembers of the database. A test's transaction is taken back, and so must be what was read in it."""


def forget() -> None:
    from django.core.cache import cache

    from huying.base.calendars import selectors as calendars
    from huying.base.org.selectors import system_person
    from huying.handling.dispatch import knowledge, same_matter, settled_like
    from huying.handling.orders import limits

    cache.clear()  # also the counts of an address
    system_person.cache_clear()
    for remembering in (calendars, knowledge, limits, same_matter, settled_like):
        remembering.forget()
