"""Provisions that protect what is there: organic inventory (COSPAR) and heritage (Artemis Accords, section 9)."""

from shapely import get_coordinates

from registry.domain.provisions.finding import Case, Finding, judged, not_applicable
from solver import geometry

# South of this latitude a mission is of Category IIb (COSPAR Policy on Planetary Protection).
CATEGORY_IIB_DEG = -79.0


def organic_inventory(case: Case) -> Finding:
    """COSPAR-1: a claim with a placement south of 79 S MUST carry an inventory of its organic materials."""
    latitudes = [
        geometry.to_geographic(x, y)[0]
        for placement in case.filing.placements
        for x, y in get_coordinates(geometry.footprint(placement.footprint))
    ]
    southernmost = round(min(latitudes), 4)
    if southernmost > CATEGORY_IIB_DEG:
        return not_applicable("COSPAR-1", "No placement lies south of 79 S.", southernmost_deg=southernmost)
    where = f"a placement lies at latitude {southernmost}, south of 79 S (Category IIb)"
    given = (case.filing.cospar_inventory or "").strip()
    return judged(
        "COSPAR-1",
        [] if given else [f"{where}, and the inventory of organic materials is missing"],
        "The inventory of organic materials is given.",
        "Please add it: propellants, life-support products and all above 1 kg.",
        southernmost_deg=southernmost,
    )


def heritage(case: Case) -> Finding:
    """AA-9: no placement MAY come nearer to an enforced protected place than its buffer, in any phase."""
    too_near, distances = [], {}
    for placement in case.filing.placements:
        footprint = geometry.footprint(placement.footprint)
        for place in case.protected:
            point = geometry.footprint({"type": "Point", "coordinates": [place.x_m, place.y_m]})
            distance = geometry.distance_m(footprint, point)
            if geometry.is_too_near(distance, place.buffer_m):
                distances[f"{placement.rank}: {place.id}"] = round(distance)
                too_near.append(
                    f"placement {placement.rank} is {distance:.0f} m from {place.name} (buffer {place.buffer_m} m)"
                )
    return judged(
        "AA-9",
        too_near,
        "Every placement keeps clear of the enforced protected places.",
        "Please move these placements: historic places keep their buffer.",
        checked=[place.id for place in case.protected],
        distances_m=distances,
    )
