"""Municipality areas and cells of Attica, derived."""
