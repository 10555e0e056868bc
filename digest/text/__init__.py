"""Text as such, in any script: folded, cut into words, measured, made safe to print. Pure."""
