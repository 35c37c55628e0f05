"""How orders live in the demo: each file a stretch of the way, told by generators that call the real actions."""
