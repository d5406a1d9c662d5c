// question: Which provisions of rules end within so many days?
// parameters:
//   as_of: {type: date, default: today, description: day from which it is counted}
//   days: {type: integer, default: 90, description: how many days ahead}
// columns:
//   valid_to: day on which it has ended, that day excluded
//   days_left: days from as_of to that day
//   rule: name of the rule
//   rule_id: its id
//   predicate: which of the rule's edges
//   object: whom or what it is about
//   effect: what it does, or none
MATCH (r:Rule)-[e]->(o:Entity)
WHERE e.valid_to > $as_of AND date(e.valid_to) <= date($as_of) + duration({days: $days})
  AND NOT e.status IN ['denied', 'ended', 'candidate']
RETURN e.valid_to AS valid_to, duration.inDays(date($as_of), date(e.valid_to)).days AS days_left, r.name AS rule,
  r.id AS rule_id, e.predicate AS predicate, o.name AS object, e.effect AS effect
ORDER BY valid_to, rule, predicate, object
