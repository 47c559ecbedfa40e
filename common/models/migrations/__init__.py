"""Schema changes in order (Alembic); driven by common/models/schema.py, never by alembic.ini."""
