// question: Which duties does a rule lift, which rules lift it, and whom does it exempt or permit?
// parameters:
//   rule: {type: Rule, description: the rule}
// columns:
//   kind: 'lifts, lifted_by or exempts'
//   thing: 'the duty lifted, the rule that lifts it, or whom or what is exempted'
//   thing_id: its id
//   effect: the effect that is stated
//   status: how certain it is
//   valid_from: earliest first day, where stated
//   valid_to: day on which it has ended, where stated
//   actions: the acts that it is about
//   quotes: the words of its statements
MATCH (r:Entity {id: $rule})
CALL (r) {
  MATCH (r)-[e:LIFTS]->(x:Rule) RETURN e, x, 'lifts' AS kind
  UNION
  MATCH (r)<-[e:LIFTS]-(x:Rule) RETURN e, x, 'lifted_by' AS kind
  UNION
  MATCH (r)-[e:APPLIES_TO]->(x) WHERE e.effect IN ['exempts', 'permits'] RETURN e, x, 'exempts' AS kind
}
RETURN kind, x.name AS thing, x.id AS thing_id, e.effect AS effect, e.status AS status, e.valid_from AS valid_from,
  e.valid_to AS valid_to,
  COLLECT { MATCH (s:Statement) WHERE s.id IN e.statement_ids AND s.action IS NOT NULL RETURN DISTINCT s.action ORDER BY s.action } AS actions,
  COLLECT { MATCH (s:Statement) WHERE s.id IN e.statement_ids UNWIND s.quotes AS quote RETURN DISTINCT quote ORDER BY quote } AS quotes
ORDER BY kind, thing, effect
