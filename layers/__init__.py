"""What people look at: tiles, maps, charts and reports, all read from releases."""
