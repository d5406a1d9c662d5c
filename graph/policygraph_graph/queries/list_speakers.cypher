// question: Who says what about a rule, in whose words, by what was known on a day?
// parameters:
//   rule: {type: Rule, description: the rule}
//   known_at: {type: date, default: today, description: day whose knowledge is asked for}
// columns:
//   speaker: who says so first, or the document's publisher where it speaks for itself
//   attribution: the whole chain, nearest first
//   predicate: what is said
//   other: the thing at the other end
//   effect: what the rule does, or none
//   modality: asserted, planned, possible or denied
//   standing: fact, or candidate where the words were not read with certainty
//   published: day of the document
//   document: title of the document
//   quotes: the exact words
//   statement: id of the statement
MATCH (s:Statement)-[:SUBJECT|OBJECT]->(:Entity {id: $rule})
WHERE s.known_from <= $known_at AND (s.known_to IS NULL OR s.known_to > $known_at)
MATCH (s)-[:STATED_IN]->(d:Document)
MATCH (s)-[:SUBJECT]->(a:Entity), (s)-[:OBJECT]->(b:Entity)
RETURN DISTINCT coalesce(s.attribution[0], s.publisher) AS speaker, s.attribution AS attribution, s.predicate AS predicate,
  CASE WHEN a.id = $rule THEN b.name ELSE a.name END AS other, s.effect AS effect, s.modality AS modality,
  s.standing AS standing, s.published AS published, d.title AS document, s.quotes AS quotes, s.id AS statement
ORDER BY published, speaker, predicate, other, standing DESC, statement
