"""A run with people in it: the exercise file, its session, replay and the view of each seat."""
