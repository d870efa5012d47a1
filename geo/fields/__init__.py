"""The registers' fields as data: kind, limits, words and labels; for imports, forms and the API."""
