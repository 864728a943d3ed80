"""The peers of `make bench-peers`: how each is installed, converted and measured, and how a run is written down.

`work.py` says what is measured, the same for every side. `NAME_side.py` prepares and measures one side from outside;
`NAME_probe.*` runs inside that peer's own environment, in a process of its own. `cache.py` keeps what was installed,
`noise.py` watches the rest of the machine, `table.py` and `pages.py` make the result.
"""
