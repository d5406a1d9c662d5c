// question: What was known about a thing on a past day, also what has been withdrawn since?
// parameters:
//   thing: {type: Entity, description: 'a firm, rule, place or anything else'}
//   known_at: {type: date, description: the day}
// columns:
//   subject: what it is about
//   predicate: what is said
//   object: what it points to
//   effect: what the rule does, or none
//   modality: asserted, planned, possible or denied
//   standing: fact, or candidate where the words were not read with certainty
//   valid_from: first day, where stated
//   valid_to: last day, where stated
//   duration: how long, where stated
//   known_from: day from which it was known
//   withdrawn: day on which a newer version of the document replaced it, if it has
//   statement: id of the statement
MATCH (:Entity {id: $thing})<-[:SUBJECT|OBJECT]-(s:Statement)
WHERE s.known_from <= $known_at AND (s.known_to IS NULL OR s.known_to > $known_at)
MATCH (s)-[:SUBJECT]->(a:Entity), (s)-[:OBJECT]->(b:Entity)
RETURN DISTINCT a.name AS subject, s.predicate AS predicate, b.name AS object, s.effect AS effect, s.modality AS modality,
  s.standing AS standing, s.valid_from AS valid_from, s.valid_to AS valid_to, s.duration AS duration, s.known_from AS known_from,
  s.known_to AS withdrawn, s.id AS statement
ORDER BY known_from, subject, predicate, object, standing DESC, statement
