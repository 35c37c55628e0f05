"""The months before: orders that were lived through already, each told as a list of moves and written in bulk."""
