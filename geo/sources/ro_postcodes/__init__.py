"""The postcodes of Romania."""
