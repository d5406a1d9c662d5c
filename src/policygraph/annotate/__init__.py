"""Document to mentions and statements: components, patterns as data, guards and the evidence gate."""
