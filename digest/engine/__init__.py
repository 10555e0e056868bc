"""Who runs the tickets: `local` in this process. The store is the truth; an engine only carries pointers to work."""
