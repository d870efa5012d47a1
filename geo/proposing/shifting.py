"""What today's money could do elsewhere: places moved between services at the same cost."""

from __future__ import annotations

import numpy as np

from geo.analysis.apportionment import Wholes
from geo.analysis.siting import Floor as SitingFloor
from geo.analysis.siting import Infeasible, Limits, Reallocation, Sites, reallocate
from geo.errors import InvalidInput
from geo.plans.proposal import Floor, Proposal, Terms
from geo.proposing.answer import Proof, answer_of, checked_share
from geo.proposing.ground import Ground


def shift_places(ground: Ground, terms: Terms, region: str, floor: float | None = None) -> Proposal:
    """The places that serve most people within the threshold for today's cost, to the cent; of
    such answers one that moves few places.

    Services of today may shrink, close and grow, and candidates may open. Without costs the number
    of places is kept, and a service costs nothing besides them. `floor` between 0 and 1: of each
    municipality's need at least this share can be served, rounded up to whole people; the answer
    then says what that costs in people served. With `ground.working` services that are known to
    fail keep the places they have, since moving them would be no gain that is counted.

    Raises InvalidInput for a broken floor or where no service has places, Infeasible for a floor
    that cannot be kept, naming municipalities and people, NotFinished for too short a time.
    """
    today = np.flatnonzero(ground.places > 0)
    if not today.size:
        raise InvalidInput("No service of this type has places today: nothing can be moved.")
    kept = [int(one) for one in today if ground.working and not ground.works[one]]
    lived_in, group = np.unique(ground.area, return_inverse=True)
    size = ground.places.size
    place, site = terms.cost_per_place_cents, terms.cost_per_site_cents
    try:
        found = reallocate(
            ground.serving,
            ground.need,
            ground.room.threshold_minutes,
            Sites(
                ground.places,
                ground.most,
                np.full(size, 1 if place is None else place),
                np.full(size, site or 0),
            ),
            fixed=kept,
            closable=[int(one) for one in today if int(one) not in kept],
            barred=ground.barred,
            floor=None if floor is None else SitingFloor(group, checked_share(floor, "The floor")),
            steady=True,
            limits=Limits(seconds=terms.seconds, prices=False),
        )
    except Infeasible as error:
        raise _floor_out_of_reach(ground, lived_in, error) from error
    siting = found.siting
    proof = Proof("persons", int(siting.objective), int(siting.bound + 1e-6), siting.state)
    return answer_of(
        ground,
        terms,
        region,
        found.places,
        proof,
        cents=None if place is None else found.cost_after - found.cost_today,
        floor=None if floor is None else _floor(ground, found, floor),
    )


def _floor(ground: Ground, found: Reallocation, share: float) -> Floor:
    fairness = found.siting.fairness
    assert fairness is not None
    after = ground.served(found.places, working=ground.working)
    least = np.ceil(share * ground.need_by_area - 1e-9)
    return Floor(
        share=share,
        without=int(fairness.without),
        price=int(fairness.price),
        proven=fairness.proven,
        below=tuple(np.array(ground.codes)[after < least]),
    )


def _floor_out_of_reach(ground: Ground, lived_in: Wholes, error: Infeasible) -> Infeasible:
    named = ", ".join(
        f"{ground.codes[lived_in[group]]} by {round(short)}"
        for group, short in list(error.groups.items())[:5]
    )
    return Infeasible(
        f"The floor cannot be kept with today's cost: people short in {named}."
        if named
        else error.message,
        constraint=error.constraint,
        short_by=error.short_by,
        unit=error.unit,
        groups=error.groups,
        hint="Lower the floor, or allow more candidates or larger services.",
    )
