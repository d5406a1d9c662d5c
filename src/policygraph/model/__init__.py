"""The nouns: frozen records that every stage shares. Imports no other module of the project."""
