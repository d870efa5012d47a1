"""One folder a source: facts about it as data, reading it as code."""
