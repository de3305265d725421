"""Alembic's entry: always on the connection that `api.store.opening` gives, inside its transaction."""

from __future__ import annotations

from alembic import context

from api.store.tables import Table

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Table.metadata, render_as_batch=True)
context.run_migrations()
