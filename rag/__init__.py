"""Kamerwijzer: retrieval and cited answers over the Dutch cabinet's answers to Kamervragen."""
