"""What comes back by mail: bounces, complaints, and readers who want no more."""
