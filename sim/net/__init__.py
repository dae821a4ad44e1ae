"""The exercise served to its seats: protocol, host, client, launcher and the plain client."""
