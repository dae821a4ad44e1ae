"""Before people sit in an exercise: player models play it many times, and the author learns what it does."""
