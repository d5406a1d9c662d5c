// question: What is only planned or possible about a thing, and asserted by nobody?
// parameters:
//   thing: {type: Entity, description: 'a firm, rule, place or anything else'}
// columns:
//   subject: what it is about
//   predicate: what is said
//   object: what it points to
//   effect: what the rule does, or none
//   status: planned or possible
//   sources: number of independent publishers
//   last_published: day of the last document that says so
//   speakers: who says so, nearest first
//   quotes: the words of its statements
MATCH (:Entity {id: $thing})-[e]-(:Entity)
WHERE e.status IN ['planned', 'possible']
RETURN DISTINCT startNode(e).name AS subject, e.predicate AS predicate, endNode(e).name AS object, e.effect AS effect,
  e.status AS status, e.sources AS sources, e.last_published AS last_published,
  COLLECT { MATCH (s:Statement) WHERE s.id IN e.statement_ids UNWIND s.attribution AS who RETURN DISTINCT who ORDER BY who } AS speakers,
  COLLECT { MATCH (s:Statement) WHERE s.id IN e.statement_ids UNWIND s.quotes AS quote RETURN DISTINCT quote ORDER BY quote } AS quotes
ORDER BY subject, predicate, object, effect
