"""How Alembic runs here: on the connection it is handed, with the geometry columns understood."""

from alembic import context
from geoalchemy2 import alembic_helpers

from geo.db.tables import SCHEMAS, metadata


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Only our own schemas; PostGIS's tables in `public` are not ours to compare."""
    return name in SCHEMAS if kind == "schema" else True


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_schemas=True,
    include_name=include_name,
    include_object=alembic_helpers.include_object,
    process_revision_directives=alembic_helpers.writer,
    render_item=alembic_helpers.render_item,
)
with context.begin_transaction():
    context.run_migrations()
