// question: Which rules touch a firm, by its name or by a place, sector, product or kind of data that it has to do with?
// parameters:
//   firm: {type: Firm, description: the firm}
//   as_of: {type: date, default: today, description: day on which the rule and the way to it should hold}
// columns:
//   rule: name of the rule
//   rule_id: its id
//   reached: named, or scope where a class or place leads to it
//   effect: what the rule does to whom or what it is about, or none
//   status: how certain the rule's own edge is
//   path: the way from the firm to the rule, relationships with their direction
MATCH (f:Entity {id: $firm})
CALL (f) {
  MATCH p = (f)<-[a:APPLIES_TO|ENFORCED_AGAINST]-(r:Rule)
  RETURN r, a, p, 'named' AS reached
  UNION
  MATCH p = (f)-[:LOCATED_IN|OPERATES|ACTIVE_IN|MAKES|USES|HANDLES|PART_OF*1..4]->(v)<-[a:APPLIES_TO|HOLDS_IN]-(r:Rule)
  WHERE NOT v:Firm
  RETURN r, a, p, 'scope' AS reached
}
WITH r, a, p, reached
WHERE all(e IN relationships(p) WHERE NOT e.status IN ['denied', 'ended', 'candidate']
  AND (e.valid_from IS NULL OR e.valid_from <= $as_of) AND (e.valid_to IS NULL OR e.valid_to > $as_of))
WITH r, a, reached, p, [i IN range(0, length(p) - 1) |
  CASE WHEN startNode(relationships(p)[i]) = nodes(p)[i]
    THEN ' -' + relationships(p)[i].predicate + '-> ' ELSE ' <-' + relationships(p)[i].predicate + '- ' END
  + nodes(p)[i + 1].name] AS steps
RETURN r.name AS rule, r.id AS rule_id, reached, a.effect AS effect, a.status AS status,
  reduce(text = nodes(p)[0].name, step IN steps | text + step) AS path
ORDER BY rule, reached, path
