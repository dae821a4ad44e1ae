"""The terminal client: a seat's screens over the protocol, with no knowledge of the engine."""
