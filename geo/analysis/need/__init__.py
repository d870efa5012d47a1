"""How many people need a service: from registers, surveys or rates, by sector and age band."""

from geo.analysis.need.estimates import (
    COLUMNS,
    HiddenNeed,
    Need,
    first_with_data,
    groups_of,
    hidden_need,
    prevalence_need,
    register_need,
    survey_need,
)
from geo.analysis.need.tables import Group

__all__ = [
    "COLUMNS",
    "Group",
    "HiddenNeed",
    "Need",
    "first_with_data",
    "groups_of",
    "hidden_need",
    "prevalence_need",
    "register_need",
    "survey_need",
]
