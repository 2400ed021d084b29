"""Figures. matplotlib is imported here alone, and only when a figure is asked for."""
