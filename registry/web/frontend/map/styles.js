// How things look on the map: the colours of the picture without scripts (registry/exports/map_svg/elements.py), with
// a dark outline that holds on every ground. Form and dash tell kinds apart too, never colour alone.
import CircleStyle from "ol/style/Circle.js";
import Fill from "ol/style/Fill.js";
import RegularShape from "ol/style/RegularShape.js";
import Stroke from "ol/style/Stroke.js";
import Style from "ol/style/Style.js";
import Text from "ol/style/Text.js";

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif";
export const INK = "#1b1c1f";
const WHITE = "#ffffff";

/** Fill, stroke, width and dash of areas by kind. */
export const AREAS = {
  area: ["#ffffff", "#8d877c", 1.2],
  grid: [null, "#b9b0a1", 1],
  "grid-strong": [null, "#8d877c", 1.2],
  crater: ["rgba(239,234,225,0.55)", "#998f80", 1],
  region: ["rgba(205,215,230,0.45)", "#4d5974", 1.4],
  "region-nominal": ["rgba(205,215,230,0.25)", "#4d5974", 1.4, [6, 4]],
  protected: ["rgba(200,150,62,0.35)", "#8a5a0b", 2],
  uncertain: [null, "#8a5a0b", 1.8, [2, 5]],
  hold: ["rgba(31,107,74,0.14)", "#1f6b4a", 2, [8, 4]],
  entry: ["rgba(20,33,61,0.85)", WHITE, 1.2],
  allotted: ["rgba(29,79,145,0.85)", WHITE, 1.2],
  open: ["rgba(255,255,255,0.8)", "#14213d", 1.8],
  unserved: ["rgba(255,255,255,0.8)", "#b3261e", 2],
  other: ["rgba(255,255,255,0.7)", "#6d675d", 1.2],
  selected: ["rgba(255,221,0,0.25)", "#c8102e", 3.5],
};

/** Fill, stroke, shape of the marks of points by kind; the number of corners, 0 for a disc. */
export const MARKS = {
  entry: ["#14213d", WHITE, 0],
  allotted: ["#1d4f91", WHITE, 0],
  open: [WHITE, "#14213d", 0],
  unserved: [WHITE, "#b3261e", 4],
  other: [WHITE, "#6d675d", 3],
  protected: [WHITE, "#8a5a0b", 4],
  hold: ["#1f6b4a", WHITE, 4],
};

const fill = (colour) => (colour ? new Fill({ color: colour }) : undefined);
const made = new Map();

/** The style of a kind, made once; `extra` tells variants apart. */
function once(key, make) {
  if (!made.has(key)) made.set(key, make());
  return made.get(key);
}

/** The style of an area or a line of this kind. */
export function areaStyle(kind) {
  return once(`area ${kind}`, () => {
    const [colour, line, width, lineDash] = AREAS[kind];
    return new Style({ fill: fill(colour), stroke: new Stroke({ color: line, width, lineDash }) });
  });
}

/** An outline of this colour, width and dash with a faint fill, as of the zone of one phase. */
export function outlineStyle(colour, lineDash, width = 1.6) {
  return once(`outline ${colour} ${lineDash} ${width}`, () =>
    new Style({ fill: fill(`${colour}0d`), stroke: new Stroke({ color: colour, width, lineDash }) }),
  );
}

/** The mark of a point of this kind: seen at every scale, larger than life. */
export function markStyle(kind, radius = 6) {
  return once(`mark ${kind} ${radius}`, () => {
    const [colour, line, points] = MARKS[kind];
    const look = { declutterMode: "none", fill: fill(colour), stroke: new Stroke({ color: line, width: line === WHITE ? 1.4 : 2 }), radius };
    const image = points ? new RegularShape({ ...look, points, radius: radius + 1 }) : new CircleStyle(look);
    return new Style({ image });
  });
}

/** A ring round a point that is selected. */
export function selectedMark(radius = 12) {
  return once(`ring ${radius}`, () =>
    new Style({
      image: new CircleStyle({ radius, stroke: new Stroke({ color: AREAS.selected[1], width: 3.5 }) }),
      zIndex: 1000,
    }),
  );
}

/** A line of text with a light edge, readable on lines and fills. */
export function labelStyle(text, { size = 13, colour = INK, weight = 400, italic = false, zIndex, ...place } = {}) {
  return new Style({
    zIndex,
    text: new Text({
      text,
      font: `${italic ? "italic " : ""}${weight} ${size}px ${FONT}`,
      fill: new Fill({ color: colour }),
      stroke: new Stroke({ color: WHITE, width: 4 }),
      ...place,
    }),
  });
}
