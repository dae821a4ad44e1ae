"""The panes of the main screen: each shows one part of the view and knows nothing of the others."""
