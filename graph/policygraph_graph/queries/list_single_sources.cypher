// question: Which edges of rules that count as current rest on a single publisher?
// parameters:
//   publisher: {type: string, default: "", description: only those that rest on this publisher}
// columns:
//   rule: name of the rule
//   rule_id: its id
//   predicate: which of the rule's edges
//   object: the thing at the other end
//   effect: what the rule does, or none
//   publisher: the one publisher
//   documents: titles of its documents
//   last_published: day of the last of them
MATCH (r:Rule)-[e]->(o:Entity)
WHERE e.status = 'current' AND e.sources = 1 AND any(origin IN e.origins WHERE origin <> 'reference')
MATCH (s:Statement)-[:STATED_IN]->(d:Document) WHERE s.id IN e.statement_ids
WITH r, e, o, min(s.publisher) AS publisher, collect(DISTINCT d.title) AS documents
WHERE $publisher = '' OR publisher = $publisher
RETURN r.name AS rule, r.id AS rule_id, e.predicate AS predicate, o.name AS object, e.effect AS effect, publisher,
  documents, e.last_published AS last_published
ORDER BY rule, predicate, object, effect
