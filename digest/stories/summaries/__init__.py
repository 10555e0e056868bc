"""One honest line for a story, in words of its own reports. Pure."""
