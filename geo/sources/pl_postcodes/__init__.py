"""The postcodes of Poland."""
