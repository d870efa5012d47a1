"""Areas, their people by cell, and the gazetteer: open facts."""
