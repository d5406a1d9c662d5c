// question: Which rules are known to be about a thing while it is not known what they do to it, and how was each read?
// parameters:
//   thing: {type: Entity, description: 'a firm, sector, technology or anything else that a rule may be about'}
//   known_at: {type: date, default: today, description: day whose knowledge is asked for}
// columns:
//   rule: name of the rule
//   rule_id: its id
//   predicate: applies_to or enforced_against
//   modality: asserted, planned or possible
//   read_as: effects that the same document was read to tell, none of them certain enough to be shown as a fact
//   published: day of the document
//   document: title of the document
//   quotes: the exact words
//   statement: id of the statement
MATCH (:Entity {id: $thing})<-[:OBJECT]-(s:Statement {effect: 'unknown', standing: 'fact'})
WHERE s.known_from <= $known_at AND (s.known_to IS NULL OR s.known_to > $known_at)
MATCH (s)-[:SUBJECT]->(r:Entity), (s)-[:STATED_IN]->(d:Document)
RETURN r.name AS rule, r.id AS rule_id, s.predicate AS predicate, s.modality AS modality,
  COLLECT { MATCH (d)<-[:STATED_IN]-(c:Statement {standing: 'candidate', predicate: s.predicate, subject_id: s.subject_id, object_id: s.object_id})
    WHERE c.effect <> 'unknown' RETURN DISTINCT c.effect AS effect ORDER BY effect } AS read_as,
  s.published AS published, d.title AS document, s.quotes AS quotes, s.id AS statement
ORDER BY published, rule, predicate, statement
