"""What happened, in order, and what must still be done."""
