"""Concept labels: what each held-out token is, known before any model has seen it."""
