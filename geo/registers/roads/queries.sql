-- name: lock
-- Writers of one country's roads wait for each other until the transaction ends.
SELECT pg_advisory_xact_lock(hashtext('needsmap.roads.' || :country));

-- name: network
-- What is known of a country's road network, but its numbers.
SELECT n.country, n.source_id, s.title, s.attribution, n.version, n.newest_edit, n.loaded_at,
    n.nodes, n.pieces, n.modes
FROM base.road_network n JOIN base.source s ON s.id = n.source_id
WHERE n.country = :country;

-- name: values
-- All numbers of a country's road network.
SELECT name, content FROM base.road_values WHERE country = :country;

-- name: drop
-- Take a country's road network away; its numbers go with it.
DELETE FROM base.road_network WHERE country = :country;

-- name: put
-- A country's road network, without its numbers.
INSERT INTO base.road_network
    (country, source_id, version, newest_edit, nodes, pieces, modes)
VALUES (:country, :source_id, :version, :newest_edit, :nodes, :pieces, CAST(:modes AS jsonb));

-- name: put_values
-- One of the arrays of a road network.
INSERT INTO base.road_values (country, name, content) VALUES (:country, :name, :content);
