"""Live updates: what happened reaches every open page within half a second.

Each web process tails the events by position, only while sockets are open, and fans out to its own sockets. A room says
by :func:`register_scope` who may hear of its rows; events of rows that no room spoke for are sent to nobody.
"""

from huying.base.events.live.scope import register_scope, to_the_centre

__all__ = ["register_scope", "to_the_centre"]
