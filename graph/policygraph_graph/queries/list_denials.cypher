// question: What is denied, by whom, and in which words, between two days?
// parameters:
//   since: {type: date, default: "0001-01-01", description: first day}
//   until: {type: date, default: today, description: last day}
// columns:
//   published: day of the document
//   subject: what it is about
//   predicate: what is denied
//   object: what it points to
//   speaker: who denies, or the document's publisher where it speaks for itself
//   standing: fact, or candidate where the words were not read with certainty
//   quotes: the exact words
//   statement: id of the statement
MATCH (s:Statement {modality: 'denied'})
WHERE s.known_from >= $since AND s.known_from <= $until AND s.known_to IS NULL
MATCH (s)-[:SUBJECT]->(a:Entity), (s)-[:OBJECT]->(b:Entity)
RETURN s.published AS published, a.name AS subject, s.predicate AS predicate, b.name AS object,
  coalesce(s.attribution[0], s.publisher) AS speaker, s.standing AS standing, s.quotes AS quotes, s.id AS statement
ORDER BY published, subject, predicate, object, statement
