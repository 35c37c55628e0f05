"""Founding the demo centre: everything that stands before the first call, written through the rooms' own actions."""
