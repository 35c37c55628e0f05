"""The engine for somebody with a table of orders: train, predict, analyse and try, without server or database."""
