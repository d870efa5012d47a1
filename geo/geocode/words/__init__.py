"""What people write: spellings, abbreviations, house numbers, the parts of an address."""
