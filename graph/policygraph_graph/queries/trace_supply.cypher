// question: Who supplies, or is supplied by, firms that a rule bans or restricts, up to three steps away?
// parameters:
//   rule: {type: Rule, description: 'the sanction, list or control'}
//   steps: {type: integer, default: 3, description: 'most steps of supply, 1 to 3'}
// columns:
//   restricted: the firm that the rule bans or restricts
//   effect: prohibits, restricts or penalises
//   firm: the firm that is reached through supplies
//   firm_id: its id
//   steps: how many steps away
//   chain: the firms on the way with the direction of supply
//   status: 'how certain the least certain step is: current, planned or possible'
MATCH (:Entity {id: $rule})-[a:APPLIES_TO|ENFORCED_AGAINST]->(x:Firm)
WHERE a.effect IN ['prohibits', 'restricts', 'penalises'] AND NOT a.status IN ['denied', 'ended', 'candidate']
MATCH p = (x)-[links:SUPPLIES*1..3]-(f:Firm)
WHERE length(p) <= $steps AND f <> x AND all(e IN links WHERE e.status IN ['current', 'planned', 'possible'])
WITH x, a, f, p, links ORDER BY length(p)
WITH x, a, f, head(collect(p)) AS p
WITH x, a, f, p, [e IN relationships(p) | e.status] AS statuses
RETURN x.name AS restricted, a.effect AS effect, f.name AS firm, f.id AS firm_id, length(p) AS steps,
  reduce(text = x.name, i IN range(0, length(p) - 1) | text +
    CASE WHEN startNode(relationships(p)[i]) = nodes(p)[i] THEN ' -> ' ELSE ' <- ' END + nodes(p)[i + 1].name) AS chain,
  CASE WHEN 'possible' IN statuses THEN 'possible' WHEN 'planned' IN statuses THEN 'planned' ELSE 'current' END AS status
ORDER BY restricted, steps, firm
