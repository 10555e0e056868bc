"""Items become stories: which reports tell of the same event. Pure."""
