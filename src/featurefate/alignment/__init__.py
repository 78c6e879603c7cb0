"""Symmetries of the one-layer model, matchings between two models, and barriers between them."""
