"""Provisions that protect what is there: organic inventory (COSPAR) and heritage (Artemis Accords, section 9)."""

from shapely import get_coordinates

from registry.domain.provisions.finding import Case, Finding, favourable, not_applicable, unfavourable
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
    if not (case.filing.cospar_inventory or "").strip():
        return unfavourable(
            "COSPAR-1",
            f"A placement lies at latitude {southernmost}, south of 79 S (Category IIb), and the inventory of organic "
            "materials is missing. Please add it: propellants, life-support products and all above 1 kg.",
            southernmost_deg=southernmost,
        )
    return favourable("COSPAR-1", "The inventory of organic materials is given.", southernmost_deg=southernmost)


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
    if too_near:
        return unfavourable(
            "AA-9",
            f"Historic places keep their buffer: {'; '.join(too_near)}. Please move these placements.",
            distances_m=distances,
        )
    checked = [place.id for place in case.protected]
    return favourable("AA-9", "Every placement keeps clear of the enforced protected places.", checked=checked)
