"""What may be said of many runs: how often to look, when to stop, which is best, and how sure that is.

Every routine works on plain arrays, one number a replication, patterns side by side; whatever is compared is compared
pair by pair. The conventions stand in `conventions`, the smallest differences worth acting on in the doctrine.
"""
