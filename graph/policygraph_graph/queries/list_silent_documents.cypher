// question: Which documents gave no statement at all, so that somebody should look at them?
// parameters:
//   source: {type: string, default: "", description: only those of this source id}
//   since: {type: date, default: "0001-01-01", description: only those published on this day or later}
// columns:
//   document: id of the document
//   title: its title
//   source: source that it came from
//   published: its day, where known
//   url: where it was
//   mentions: how many things it names
MATCH (d:Document)
WHERE NOT EXISTS { (d)<-[:STATED_IN]-(:Statement) } AND NOT coalesce(d.replaced, false)
  AND coalesce(d.published, '9999-12-31') >= $since
OPTIONAL MATCH (d)-[:FROM_SOURCE]->(o:Source)
WITH d, o WHERE $source = '' OR o.id = $source
RETURN d.id AS document, d.title AS title, o.id AS source, d.published AS published, d.url AS url,
  COUNT { (d)-[:MENTIONS]->() } AS mentions
ORDER BY published, title, document
