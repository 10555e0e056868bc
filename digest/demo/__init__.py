"""The demo: the main job, run on sample feeds that ship with the program, with no configuration and no network.

Three modules: `catalogue` says what it is made of, `server` serves it on loopback, `show` polls, composes and delivers.
"""
