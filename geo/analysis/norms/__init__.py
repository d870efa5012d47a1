"""What a law or a programme asks of a municipality, and which services work as they must."""

from geo.analysis.norms.evaluation import (
    NormResult,
    ServiceShare,
    evaluate,
    evaluate_bases,
    mandatory_services,
    required_posts,
    staff_facts,
)

__all__ = [
    "NormResult",
    "ServiceShare",
    "evaluate",
    "evaluate_bases",
    "mandatory_services",
    "required_posts",
    "staff_facts",
]
