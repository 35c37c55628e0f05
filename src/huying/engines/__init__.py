"""Algorithms without Django, database or HTTP: arrays, strings and dataclasses in and out."""
