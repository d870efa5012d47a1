"""Areas and their people by cell: open facts."""
