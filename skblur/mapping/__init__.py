"""The blur at every pixel of a photograph."""
