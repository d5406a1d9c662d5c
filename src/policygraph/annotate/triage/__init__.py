"""The cheap first pass: which documents are read in full, and what becomes of the others."""
