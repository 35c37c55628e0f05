"""How a delivery may fail for good."""


class Refused(Exception):
    """The message can't be delivered, and trying again won't change it. The words are Chinese and hold no number."""
