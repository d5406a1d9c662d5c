// question: Which things does one document assert and another deny?
// parameters:
//   known_at: {type: date, default: today, description: day whose knowledge is asked for}
// columns:
//   subject: what it is about
//   predicate: what is said
//   object: what it points to
//   asserted_by: who asserts it
//   asserted: the words that assert it
//   asserted_on: day of that document
//   denied_by: who denies it
//   denied: the words that deny it
//   denied_on: day of that document
MATCH (no:Statement {modality: 'denied'})
WHERE no.known_from <= $known_at AND (no.known_to IS NULL OR no.known_to > $known_at)
MATCH (no)-[:SUBJECT]->(a:Entity)<-[:SUBJECT]-(yes:Statement {modality: 'asserted'})
WHERE yes.predicate = no.predicate AND yes.effect = no.effect AND yes.object_id = no.object_id AND yes.standing = 'fact'
  AND yes.known_from <= $known_at AND (yes.known_to IS NULL OR yes.known_to > $known_at)
MATCH (no)-[:OBJECT]->(b:Entity)
RETURN a.name AS subject, no.predicate AS predicate, b.name AS object,
  coalesce(yes.attribution[0], yes.publisher) AS asserted_by, yes.quotes AS asserted, yes.published AS asserted_on,
  coalesce(no.attribution[0], no.publisher) AS denied_by, no.quotes AS denied, no.published AS denied_on
ORDER BY subject, predicate, object, asserted_on, denied_on
