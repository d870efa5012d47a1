"""What is looked in: streets, houses, postcodes, settlements, municipalities, in memory."""
