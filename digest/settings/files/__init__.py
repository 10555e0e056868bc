"""The files of a configuration: found, read with their places, written with their comments kept."""
