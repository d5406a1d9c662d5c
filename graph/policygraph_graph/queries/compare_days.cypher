// question: What was learned about rules, and what was withdrawn, between two days?
// parameters:
//   since: {type: date, description: first day, not counted}
//   until: {type: date, default: today, description: last day, counted}
// columns:
//   day: day on which it became known or was withdrawn
//   change: known or withdrawn
//   rule: name of the rule
//   predicate: what is said
//   object: the thing at the other end
//   effect: what the rule does, or none
//   standing: fact, or candidate where the words were not read with certainty
//   lifecycle: state of the rule in the document
//   quotes: the exact words
//   statement: id of the statement
UNWIND ['known', 'withdrawn'] AS change
MATCH (s:Statement)
WHERE change = 'known' AND s.known_from > $since AND s.known_from <= $until
  OR change = 'withdrawn' AND s.known_to > $since AND s.known_to <= $until
MATCH (s)-[:SUBJECT]->(r:Rule), (s)-[:OBJECT]->(o:Entity)
RETURN CASE change WHEN 'known' THEN s.known_from ELSE s.known_to END AS day, change, r.name AS rule,
  s.predicate AS predicate, o.name AS object, s.effect AS effect, s.standing AS standing, s.lifecycle AS lifecycle,
  s.quotes AS quotes, s.id AS statement
ORDER BY day, rule, change, predicate, object, standing DESC, statement
