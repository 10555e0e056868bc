"""Which stories an edition holds, in which order, told by whom. Pure."""
