"""The domain: from raw files to releases; knows no web framework, no drawing, no queue."""
