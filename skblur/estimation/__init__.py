"""The blur of a whole photograph: which it is, how much, and how sure that is."""
