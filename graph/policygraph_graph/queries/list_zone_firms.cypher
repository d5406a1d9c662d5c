// question: 'Which firms are in a zone or other place: by seat, by a site there, or by doing business there?'
// parameters:
//   place: {type: Zone|Jurisdiction, description: the zone or jurisdiction}
// columns:
//   firm: name of the firm
//   firm_id: its id
//   by: 'located_in, operates or active_in'
//   site: the facility, where it is by one
//   within: the place itself or the one inside it that is stated
//   status: 'how certain the least certain step is: current, planned or possible'
MATCH (z:Entity {id: $place})
MATCH inside = (p:Entity)-[:LOCATED_IN|PART_OF*0..4]->(z) WHERE p:Zone OR p:Jurisdiction
CALL (p) {
  MATCH way = (f:Firm)-[:LOCATED_IN]->(p) RETURN f, null AS site, 'located_in' AS by, relationships(way) AS steps
  UNION
  MATCH way = (f:Firm)-[:OPERATES]->(x:Facility)-[:LOCATED_IN]->(p)
  RETURN f, x.name AS site, 'operates' AS by, relationships(way) AS steps
  UNION
  MATCH way = (f:Firm)-[:ACTIVE_IN]->(p) RETURN f, null AS site, 'active_in' AS by, relationships(way) AS steps
}
WITH f, by, site, p, [e IN steps + relationships(inside) | e.status] AS statuses
WHERE all(status IN statuses WHERE status IN ['current', 'planned', 'possible'])
RETURN DISTINCT f.name AS firm, f.id AS firm_id, by, site, p.name AS within,
  CASE WHEN 'possible' IN statuses THEN 'possible' WHEN 'planned' IN statuses THEN 'planned' ELSE 'current' END AS status
ORDER BY firm, by, site, within
