// question: 'What relieves a firm on a day, by rules that name it: permits, exemptions, funding, clearances?'
// parameters:
//   firm: {type: Firm, description: the firm}
//   as_of: {type: date, default: today, description: day on which the relief should be in force}
// columns:
//   rule: name of the rule
//   rule_id: its id
//   effect: permits, exempts, funds or clears
//   status: current, planned or possible
//   valid_from: earliest first day, where stated
//   valid_to: day on which it has ended, where stated
//   amounts: money that its statements name
//   quotes: the words of its statements
MATCH (:Entity {id: $firm})<-[a:APPLIES_TO|ENFORCED_AGAINST]-(r:Rule)
WHERE a.effect IN ['permits', 'exempts', 'funds', 'clears'] AND a.status IN ['current', 'planned', 'possible']
  AND (a.valid_from IS NULL OR a.valid_from <= $as_of) AND (a.valid_to IS NULL OR a.valid_to > $as_of)
RETURN r.name AS rule, r.id AS rule_id, a.effect AS effect, a.status AS status,
  a.valid_from AS valid_from, a.valid_to AS valid_to,
  COLLECT { MATCH (s:Statement) WHERE s.id IN a.statement_ids AND s.amount IS NOT NULL RETURN DISTINCT s.amount ORDER BY s.amount } AS amounts,
  COLLECT { MATCH (s:Statement) WHERE s.id IN a.statement_ids UNWIND s.quotes AS quote RETURN DISTINCT quote ORDER BY quote } AS quotes
ORDER BY rule, effect
