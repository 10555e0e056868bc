"""Pages become the bytes of each subscriber's message (RFC 5322)."""
