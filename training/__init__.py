"""Makes what ships: the weights of ranking and confidence, and the reader."""
