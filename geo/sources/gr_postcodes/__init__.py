"""Greek postcodes and streets."""
