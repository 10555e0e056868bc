"""Slots become editions, and editions become planned deliveries."""
