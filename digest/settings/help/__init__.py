"""What the program tells about its configuration: reference, JSON Schema, origins, advice."""
