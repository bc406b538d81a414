"""What a turn does, one module a topic. Each function takes a Turn, gives messages and does not commit."""
