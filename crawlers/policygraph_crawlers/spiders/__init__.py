"""Spiders: one for each way in which a place says what there is to read."""
