-- name: services
-- Active services with their place and agency.
SELECT s.id, s.external_id, s.service_type, s.name, s.capacity, s.offers, s.verified_on, s.sensitive,
    s.synthetic, s.source_id, a.name AS agency, a.legal_form, t.area_code, t.location_class,
    t.radius_m, ST_AsBinary(t.geom) AS geometry
FROM registry.service s
JOIN registry.agency a ON a.id = s.agency_id
JOIN registry.site t ON t.id = s.site_id
WHERE s.active AND t.area_code = ANY(CAST(:codes AS text[]))
ORDER BY s.external_id;

-- name: service_states
-- Every service with what decides whether it works: open, verified, accessible.
SELECT s.id, t.area_code, s.service_type, s.active, s.verified_on, s.capacity, s.capacity_accessible,
       t.premises
FROM registry.service s
JOIN registry.site t ON t.id = s.site_id
WHERE t.area_code = ANY(CAST(:codes AS text[]))
ORDER BY s.external_id, s.id;

-- name: shared_services
-- Municipalities that a service serves by a cooperation in force that names its type.
WITH party AS (
    SELECT g.id AS agreement_id, g.agency_id, g.service_types FROM registry.agreement g
    WHERE g.kind = 'cooperation' AND (g.valid_from IS NULL OR g.valid_from <= :as_of)
        AND (g.valid_to IS NULL OR g.valid_to >= :as_of)
    UNION
    SELECT g.id, p.agency_id, g.service_types FROM registry.agreement g
    JOIN registry.agreement_party p ON p.agreement_id = g.id
    WHERE g.kind = 'cooperation' AND (g.valid_from IS NULL OR g.valid_from <= :as_of)
        AND (g.valid_to IS NULL OR g.valid_to >= :as_of)
)
SELECT s.id, array_agg(DISTINCT a.area_code ORDER BY a.area_code) AS areas
FROM registry.service s
JOIN party mine ON mine.agency_id = s.agency_id AND s.service_type = ANY(mine.service_types)
JOIN party other ON other.agreement_id = mine.agreement_id AND other.agency_id <> mine.agency_id
JOIN registry.agency a ON a.id = other.agency_id
WHERE s.active AND a.area_code IS NOT NULL
GROUP BY s.id;

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

-- name: accounts_looked_at_last
-- Whether every account's agency is there is asked at the end of the transaction.
SET CONSTRAINTS account.fk_app_user_agency_id DEFERRED;
