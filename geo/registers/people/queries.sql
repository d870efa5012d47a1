-- name: people_by_area
-- Persons receiving income support by municipality; no person leaves this statement.
SELECT area_code, count(*) AS persons FROM registry.person
WHERE receives_income_support AND area_code = ANY(CAST(:codes AS text[])) GROUP BY area_code;

-- name: needs_by_area
-- Persons with an open need by municipality and service type.
SELECT n.area_code, n.service_type, count(DISTINCT n.person_id) AS persons
FROM registry.need n
WHERE n.closed_on IS NULL AND n.area_code = ANY(CAST(:codes AS text[]))
GROUP BY n.area_code, n.service_type;

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
