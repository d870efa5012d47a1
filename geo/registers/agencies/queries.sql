-- name: services
-- Active services with their place and agency.
SELECT s.id, s.external_id, s.service_type, s.name, s.capacity, s.offers, s.verified_on,
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

-- name: pending_sites
-- Addresses of sites still to be located.
SELECT id, address, CAST(NULL AS text) AS municipality_text, postcode, area_code
FROM registry.site WHERE :everything OR location_class = 'pending' ORDER BY id;
