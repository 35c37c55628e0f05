"""Huying: an open platform for China's 12345 public service hotline."""

__version__ = "0.1.0"
