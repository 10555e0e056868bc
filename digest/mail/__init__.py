"""Making messages from editions, and handing them over."""
