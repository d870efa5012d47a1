"""Agencies can be loaded again while accounts belong to them."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

CONSTRAINT = "ALTER TABLE account.app_user ALTER CONSTRAINT fk_app_user_agency_id"


def upgrade() -> None:
    """A load takes its source's agencies out and puts them back: accounts are looked at at its end."""
    op.execute(f"{CONSTRAINT} DEFERRABLE INITIALLY IMMEDIATE")


def downgrade() -> None:
    op.execute(f"{CONSTRAINT} NOT DEFERRABLE")
