"""The world and its mechanisms. It knows nothing of people, screens, files or networks."""
