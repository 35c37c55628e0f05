"""Bringing in what another system wrote into a file: orders from CSV or xlsx, read by a mapping."""
