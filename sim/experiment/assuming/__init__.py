"""What an answer rests on: designs, sets of assumptions, in how many of them it holds, and which ones move it.

Every pattern meets the same sets of assumptions, and each set has histories of its own. What the few histories of a
set scatter is measured and taken off before anything is said of the assumptions.
"""
