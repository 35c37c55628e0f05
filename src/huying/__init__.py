"""Huying: an open platform for China's 12345 public service hotline."""

__version__ = "0.2.0.dev0"
