"""What Citebot is compared with by ``benchmarks/side_by_side.py``: one module a peer, each run in its own environment.

Nothing here but `peers.citebot_library` may import the project: the environments of peers do not have it.
"""
