"""Texts into vectors, vectors into a searchable index; knows nothing of Parliament."""
