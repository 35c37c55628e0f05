"""What rooms above have to follow at once, in the same transaction."""

from django.dispatch import Signal

unit_moved = Signal()  # keyword ``unit``: stands, with all below it, under another unit than before
