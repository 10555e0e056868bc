"""Who runs the tickets."""
