"""Spectra: of patches and photographs, and the transformers of spectra."""
