"""An answer shown: in the terminal, as a page with its figures, and as tables for whoever computes on.

Nothing here changes a number. Whoever only wants the terminal pays for nothing else.
"""
