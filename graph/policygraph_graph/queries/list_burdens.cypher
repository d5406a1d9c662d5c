// question: 'What weighs on a firm on a day, by rules that name it: duties, bans, limits, penalties, investigations?'
// parameters:
//   firm: {type: Firm, description: the firm}
//   as_of: {type: date, default: today, description: day on which the burden should be in force}
// columns:
//   rule: name of the rule
//   rule_id: its id
//   effect: requires, prohibits, restricts, penalises or investigates
//   status: current, planned or possible
//   lifecycle: state of the rule by the last statement that gives one
//   valid_from: earliest first day, where stated
//   valid_to: day on which it has ended, where stated
//   last_published: day of the last document that says so
//   issued_by: who made the rule
//   quotes: the words of its statements
MATCH (:Entity {id: $firm})<-[a:APPLIES_TO|ENFORCED_AGAINST]-(r:Rule)
WHERE a.effect IN ['requires', 'prohibits', 'restricts', 'penalises', 'investigates']
  AND a.status IN ['current', 'planned', 'possible']
  AND (a.valid_from IS NULL OR a.valid_from <= $as_of) AND (a.valid_to IS NULL OR a.valid_to > $as_of)
RETURN r.name AS rule, r.id AS rule_id, a.effect AS effect, a.status AS status, a.lifecycle AS lifecycle,
  a.valid_from AS valid_from, a.valid_to AS valid_to, a.last_published AS last_published,
  COLLECT { MATCH (r)-[:ISSUED_BY]->(m) RETURN m.name ORDER BY m.name } AS issued_by,
  COLLECT { MATCH (s:Statement) WHERE s.id IN a.statement_ids UNWIND s.quotes AS quote RETURN DISTINCT quote ORDER BY quote } AS quotes
ORDER BY rule, effect
