"""Situations to be found by name: each a thread of contacts, orders and decisions, read from data and played in bulk."""
