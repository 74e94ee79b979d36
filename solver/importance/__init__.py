"""What each claim costs the others, granted or refused, and how scarce room is at each place.

- `claims`: the instance with the claim granted beside the instance with it refused.
- `places`: where placements stand in one another's way; named regions.
- `room`: what one more and one less unit of room at a place would give.
- `study`, `report`, `text`: the question asked, and its answer.
"""
