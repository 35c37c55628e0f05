"""The main job on recorded orders: filed, dispatched, signed, concluded and visited through the HTTP API.

Runs on a scratch copy of the database with a server and a clock of its own; the installation is not touched.
"""
