"""Addresses of the sockets."""

routes: list = []
