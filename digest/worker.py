"""What runs when: polls and slots, signals, a graceful stop."""
