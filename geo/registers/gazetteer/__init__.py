"""The gazetteer of each country: streets, houses, postcodes, settlements, spots."""
