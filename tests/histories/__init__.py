"""A small world around the program, for histories: publishers, a relay that takes mail, processes that die.

The program in it is the real one, on a real store; the world's own are the documents, the clock and the relay. What
the world knows (what was published, what each reader was told) is kept apart from what the store says.
"""
