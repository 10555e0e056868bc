"""Who runs the tickets. One module, for this process: the store is the truth, an engine only carries pointers."""
