"""Which items the entries of a document are: known, revised, moved, or new."""
