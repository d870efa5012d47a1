"""Register rows as people see and edit them: lists, single records, edits that merge, workflows."""
