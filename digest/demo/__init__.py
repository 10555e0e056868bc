"""The demo: sample feeds served on loopback, and the main job run on them."""
