"""Alembic's entry: runs on the connection that common/models/schema.py opened and locked."""

from alembic import context

from common.models.schema import comparison_options

context.configure(connection=context.config.attributes["connection"], **comparison_options())
with context.begin_transaction():
    context.run_migrations()
