"""Alembic's entry: runs the revisions on the connection that `gis.storage.migrate` hands over."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], version_table_schema="dualgrid")
context.run_migrations()
