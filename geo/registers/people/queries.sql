-- name: people_by_area
-- Persons receiving income support by municipality; no person leaves this statement.
SELECT area_code, count(*) AS persons FROM registry.person
WHERE receives_income_support AND area_code = ANY(CAST(:codes AS text[])) GROUP BY area_code;

-- name: needs_by_area
-- Persons with an open need, and everybody of a household with one, by municipality and type.
SELECT n.area_code, n.service_type, count(DISTINCT p.id) AS persons
FROM registry.need n
JOIN registry.person p ON p.id = n.person_id OR p.household_id = n.household_id
WHERE n.closed_on IS NULL AND n.area_code = ANY(CAST(:codes AS text[]))
GROUP BY n.area_code, n.service_type;

-- name: needs_not_counted
-- Open needs in nobody's figure: without a municipality, or of nobody who is registered.
SELECT count(*) FILTER (WHERE n.area_code IS NULL) AS without_municipality,
       count(*) FILTER (WHERE n.area_code IS NOT NULL AND n.person_id IS NULL AND NOT EXISTS (
           SELECT FROM registry.person p WHERE p.household_id = n.household_id
       )) AS without_persons
FROM registry.need n WHERE n.closed_on IS NULL;

-- name: needs_where
-- Where the persons with an open need are: points and how well they are known, nothing else.
SELECT DISTINCT ON (n.service_type, n.area_code, p.id)
       n.service_type, n.area_code, p.location_class, p.radius_m,
       ST_X(p.geom) AS lon, ST_Y(p.geom) AS lat,
       dense_rank() OVER (ORDER BY p.geom) AS same_place
FROM registry.need n
JOIN registry.person p ON p.id = n.person_id OR p.household_id = n.household_id
WHERE n.closed_on IS NULL AND n.area_code = ANY(CAST(:codes AS text[]))
ORDER BY n.service_type, n.area_code, p.id;

-- name: residents_by_area
-- Residents of institutions by municipality of origin.
SELECT origin_area_code AS area_code, count(*) AS persons FROM registry.resident
WHERE origin_area_code = ANY(CAST(:codes AS text[])) GROUP BY origin_area_code;

-- name: location_classes
-- How many persons' addresses were found, by class.
SELECT location_class, count(*) AS persons FROM registry.person
GROUP BY location_class ORDER BY location_class;

-- name: not_placed
-- Persons on income support whose municipality could not be found: in no municipality's figure.
SELECT count(*) FROM registry.person WHERE receives_income_support AND area_code IS NULL;
