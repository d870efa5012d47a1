"""Which columns our frames have, and which fields of HSDS are read into them."""

from __future__ import annotations

from collections.abc import Mapping

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "agencies": (
        "external_id",
        "name",
        "legal_form",
        "area_code",
        "parent_area_code",
        "email",
        "website",
        "accreditation",
        "accredited_until",
        "emergency",
        "synthetic",
    ),
    "sites": (
        "external_id",
        "agency_external_id",
        "name",
        "address",
        "postcode",
        "municipality",
        "region",
        "area_code",
        "sensitive",
        "premises",
        "lat",
        "lon",
        "synthetic",
    ),
    "services": (
        "external_id",
        "agency_external_id",
        "site_external_id",
        "service_type",
        "name",
        "capacity",
        "capacity_funded",
        "capacity_accessible",
        "capacity_waiting",
        "capacity_period",
        "offers",
        "target_groups",
        "languages",
        "programme_codes",
        "opening",
        "eligibility",
        "service_area",
        "sector",
        "fee",
        "active",
        "verified_on",
        "synthetic",
    ),
    "programmes": (
        "external_id",
        "code",
        "name",
        "fund",
        "objective",
        "valid_from",
        "valid_to",
        "target_groups",
        "sector",
        "synthetic",
    ),
}
"""The columns of each frame; a missing value is None, a missing list an empty one."""

EXTERNAL_ID = "needsmap external id"
"""How an identifier of an organization says that it is our register's."""

TAKEN: Mapping[str, frozenset[str]] = {
    "organization": frozenset({"id", "name", "legal_status", "email", "website"}),
    "location": frozenset(
        {"id", "name", "location_type", "organization_id", "latitude", "longitude"}
    ),
    "service": frozenset(
        {"id", "name", "organization_id", "program_id", "status", "fees_description"}
        | {"eligibility_description", "minimum_age", "maximum_age", "assured_date"}
    ),
    "service_at_location": frozenset({"id", "service_id", "location_id"}),
    "program": frozenset({"id", "name", "description", "organization_id"}),
    "address": frozenset(
        {"id", "location_id", "address_1", "address_2", "city", "state_province", "postal_code"}
    ),
    "schedule": frozenset(
        {"id", "service_id", "location_id", "service_at_location_id", "freq", "interval", "byday"}
        | {"bymonthday", "byweekno", "byyearday", "wkst", "count", "until", "dtstart"}
        | {"valid_from", "valid_to", "opens_at", "closes_at"}
    ),
    "language": frozenset({"id", "service_id", "location_id", "phone_id", "code", "name"}),
    "service_area": frozenset({"id", "service_id", "extent", "extent_type"}),
    "organization_identifier": frozenset(
        {"id", "organization_id", "identifier", "identifier_type"}
    ),
}
"""Fields that are read, by object; what stands in any other field is noted."""

DERIVED: Mapping[str, frozenset[str]] = {
    "organization": frozenset({"description"}),
    "service": frozenset({"alert", "last_modified"}),
    "address": frozenset({"country", "address_type"}),
    "schedule": frozenset({"notes", "description"}),
    "service_area": frozenset({"name"}),
}
"""Fields that our own export makes from others."""

MADE = frozenset({"funding", "metadata", "accessibility"})
"""Objects that our own export makes from columns that it says elsewhere too."""

STANDING_ALONE = frozenset({"taxonomy_term", "taxonomy", "meta_table_description"})
"""Objects that belong to no other one."""
