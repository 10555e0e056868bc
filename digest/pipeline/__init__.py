"""The use cases, one module each; every one speaks to ports and the store alone.

`poll` asks feeds and stores items; `gather` matches items to topics and joins them into stories; `compose` makes
the editions that slots ask for and plans their deliveries; `deliver` hands messages over.
"""
