-- name: services
-- Active services with their place and agency.
SELECT s.id, s.external_id, s.service_type, s.name, s.capacity, s.offers, s.verified_on, s.sensitive,
    s.synthetic, s.source_id, a.name AS agency, t.area_code, t.location_class, t.radius_m,
    ST_AsBinary(t.geom) AS geometry
FROM registry.service s
JOIN registry.agency a ON a.id = s.agency_id
JOIN registry.site t ON t.id = s.site_id
WHERE s.active AND t.area_code = ANY(CAST(:codes AS text[]))
ORDER BY s.external_id;

-- name: staff
-- Posts that count: those whose contract has not run out on the day of analysis.
SELECT st.service_id, st.specialty, st.head FROM registry.staff st
WHERE st.contract_end IS NULL OR st.contract_end >= :as_of ORDER BY st.id;

-- name: directory_agencies
-- Agencies with all that is told of them: of everybody, or those asked for.
SELECT id, external_id, source_id, synthetic, updated_at, provenance, name, legal_form, area_code,
    parent_area_code, email, website, accreditation, accredited_until, emergency
FROM registry.agency
WHERE :everything OR id = ANY(CAST(:agencies AS uuid[])) ORDER BY id;

-- name: directory_sites
-- Their sites and those asked for, with the names of municipality and region where one fits.
SELECT t.id, t.external_id, t.source_id, t.synthetic, t.updated_at, t.provenance, t.agency_id,
    t.name, t.address, t.postcode, t.area_code, t.sensitive, t.premises, t.location_class,
    ST_Y(t.geom) AS lat, ST_X(t.geom) AS lon, upper(m.country) AS country,
    (SELECT n.name FROM base.area_name n WHERE n.area_id = m.id
        ORDER BY n.lang = 'en', n.lang LIMIT 1) AS municipality,
    (SELECT n.name FROM base.area_name n JOIN base.area r ON r.id = n.area_id
        WHERE r.country = m.country AND r.level = 'region' AND r.code = m.parent_code
        ORDER BY n.lang = 'en', n.lang LIMIT 1) AS region
FROM registry.site t
LEFT JOIN LATERAL (
    SELECT min(a.id) AS id, min(a.country) AS country, min(a.parent_code) AS parent_code
    FROM base.area a WHERE a.level = 'municipality' AND a.code = t.area_code
    HAVING count(*) = 1
) m ON true
WHERE (:everything OR t.agency_id = ANY(CAST(:agencies AS uuid[]))
    OR t.id = ANY(CAST(:sites AS uuid[]))) AND (:sensitive OR NOT t.sensitive) ORDER BY t.id;

-- name: directory_services
-- Their services and those asked for, active or not.
SELECT id, external_id, source_id, synthetic, updated_at, provenance, agency_id, site_id,
    service_type, name, capacity, capacity_funded, capacity_accessible, capacity_waiting,
    capacity_period, offers, target_groups, languages, programme_codes, opening, eligibility,
    sector, fee, active, verified_on, ST_AsBinary(service_area) AS service_area
FROM registry.service
WHERE (:everything OR agency_id = ANY(CAST(:agencies AS uuid[]))
    OR id = ANY(CAST(:services AS uuid[]))) AND (:sensitive OR NOT sensitive) ORDER BY id;

-- name: directory_programmes
-- Programmes: all, or those of the codes asked for.
SELECT id, external_id, source_id, synthetic, updated_at, provenance, code, name, fund, objective,
    valid_from, valid_to, target_groups, sector
FROM registry.programme
WHERE :everything OR code = ANY(CAST(:codes AS text[])) ORDER BY id;

-- name: agency_page
-- Keys of one page of the agencies that the reader may see.
SELECT id FROM registry.agency ORDER BY id LIMIT :size OFFSET :skip;

-- name: agency_count
-- How many agencies the reader may see.
SELECT count(*) FROM registry.agency;

-- name: service_page
-- Keys of one page of the services that may be told outside, of one agency or all.
SELECT id FROM registry.service
WHERE NOT sensitive AND (CAST(:agency AS uuid) IS NULL OR agency_id = :agency)
ORDER BY id LIMIT :size OFFSET :skip;

-- name: service_count
-- How many services may be told outside, of one agency or all.
SELECT count(*) FROM registry.service
WHERE NOT sensitive AND (CAST(:agency AS uuid) IS NULL OR agency_id = :agency);
