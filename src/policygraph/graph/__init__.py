"""The graph: a managed Neo4j, the projection of the ledger onto it, and the catalogue of queries."""
