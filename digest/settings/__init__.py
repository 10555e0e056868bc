"""A folder of TOML becomes frozen Settings; every mistake is found in one reading, with its place.

`shape` is the result, `load` reads and checks.
"""
