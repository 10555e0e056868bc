"""The use cases, one module each: poll, gather, compose, deliver, share. Each speaks to ports and the store alone."""
