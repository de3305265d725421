"""Alembic's scripts: how a database of an earlier release becomes the one of `api.store.tables`."""
