"""The commands, a module for those that belong together.

What a command stands on is imported inside of it: `citebot --help` needs nothing of that, and no command what another
stands on.
"""
