"""Labels that do not cover one another: each takes the first free place beside its point, or is left out."""

from dataclasses import dataclass, field

Box = tuple[float, float, float, float]

# A letter is about this wide, as a share of the font size, in the faces that the pages use.
LETTER_WIDTH = 0.6


@dataclass(slots=True)
class Labels:
    """The room that is taken so far, in drawing units."""

    limit: Box
    taken: list[Box] = field(default_factory=list)

    def keep_free(self, x: float, y: float, radius: float) -> None:
        """Keep labels off a mark."""
        self.taken.append((x - radius, y - radius, x + radius, y + radius))

    def place(
        self, x: float, y: float, text: str, size: float, gap: float, *, inside: bool = False
    ) -> tuple[float, float] | None:
        """Where the text starts (left, baseline) so that it covers nothing, or None if there is no such place.

        With `inside` the first choice is the point itself, as for the name of an area.
        """
        width, height = len(text) * size * LETTER_WIDTH, size * 0.95
        lefts = {"right": x + gap, "left": x - gap - width, "middle": x - width / 2}
        baselines = {"level": y + height * 0.36, "above": y - gap, "below": y + gap + height * 0.8}
        for side, line in (_MIDDLE, *_ORDER) if inside else _ORDER:
            left, baseline = lefts[side], baselines[line]
            box = (left - 3, baseline - height * 0.85, left + width + 3, baseline + height * 0.25)
            if self._is_free(box):
                self.taken.append(box)
                return left, baseline
        return None

    def _is_free(self, box: Box) -> bool:
        inside = (
            box[0] >= self.limit[0] and box[1] >= self.limit[1] and box[2] <= self.limit[2] and box[3] <= self.limit[3]
        )
        return inside and not any(_overlap(box, other) for other in self.taken)


_MIDDLE = ("middle", "level")
_ORDER = (
    ("right", "level"),
    ("left", "level"),
    ("middle", "above"),
    ("middle", "below"),
    ("right", "above"),
    ("right", "below"),
    ("left", "above"),
    ("left", "below"),
)


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
