"""Data only: the ontology, reference data, scopes, queries, and what the managed Neo4j is made of."""
