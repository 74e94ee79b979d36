// Circles of latitude and lines of longitude for what is in view, with their degrees at its edge.
import Feature from "ol/Feature.js";
import Circle from "ol/geom/Circle.js";
import LineString from "ol/geom/LineString.js";
import Point from "ol/geom/Point.js";
import VectorLayer from "ol/layer/Vector.js";
import VectorSource from "ol/source/Vector.js";
import { AREA_LIMIT_DEG, mapRadius, toGeographic, toMap } from "./geodesy.js";
import { areaStyle, labelStyle } from "./styles.js";

// Steps that a person reads easily, in degrees.
const LATITUDES = [5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];
const LONGITUDES = [30, 15, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01];
const LATITUDE_M = mapRadius(-89);
const AREA_M = mapRadius(AREA_LIMIT_DEG);
const LABEL_INSET_PX = 8;

/** A coordinate as people write it: 85.5° S, 120° W, 0°. */
export function degreeLabel(value, plus, minus) {
  const size = String(Math.abs(Number(value.toFixed(4))));
  return size === "0" || size === "180" ? `${size}°` : `${size}° ${value > 0 ? plus : minus}`;
}

/** The layer of the graticule; it follows the view of its map. `words` has the letters of the four directions. */
export function graticuleLayer(view, words) {
  const source = new VectorSource();
  const layer = new VectorLayer({ source, zIndex: 1, updateWhileInteracting: true, className: "registry-layer-graticule" });
  layer.setStyle((feature) => feature.get("style"));
  layer.redraw = (size) => {
    source.clear(true);
    source.addFeatures(lines(view, size, words));
  };
  return layer;
}

function lines(view, size, words) {
  const extent = view.calculateExtent(size);
  const metres = view.getResolution();
  return [...parallels(extent, metres, words), ...meridians(extent, metres, words)];
}

function* parallels(extent, metres, words) {
  const step = LATITUDES.find((degrees) => Math.min(extent[3] - extent[1], 2 * AREA_M) / (degrees * LATITUDE_M) >= 6) ?? LATITUDES.at(-1);
  const [low, high] = latitudeRange(extent);
  for (let index = Math.ceil(low / step); index * step <= high; index++) {
    const latitude = Number((index * step).toFixed(4));
    if (latitude <= -90 || latitude > AREA_LIMIT_DEG) continue;
    const radius = mapRadius(latitude);
    yield drawn(new Circle([0, 0], radius), areaStyle(latitude % 5 === 0 ? "grid-strong" : "grid"));
    const at = onParallel(extent, radius, metres);
    if (at) yield label(at, degreeLabel(latitude, words.north, words.south), "start");
  }
}

/** Latitudes nearest to and farthest from the pole within an extent. */
function latitudeRange([xmin, ymin, xmax, ymax]) {
  const nearest = [Math.max(xmin, Math.min(0, xmax)), Math.max(ymin, Math.min(0, ymax))];
  const far = [Math.max(-xmin, xmax), Math.max(-ymin, ymax)];
  return [toGeographic(nearest)[0], toGeographic(far)[0]];
}

/** Where the label of a parallel stands: on the longitude of 165 W where it is in view, else at the left edge. */
function onParallel(extent, radius, metres) {
  const angle = (-165 * Math.PI) / 180;
  const usual = [radius * Math.sin(angle), radius * Math.cos(angle)];
  if (inside(extent, usual, 20 * metres)) return usual;
  const x = extent[0] + LABEL_INSET_PX * metres;
  if (Math.abs(x) > radius) return null;
  const y = Math.sqrt(radius * radius - x * x);
  return [[x, y], [x, -y]].find((point) => inside(extent, point, 0)) ?? null;
}

function* meridians(extent, metres, words) {
  const step = longitudeStep(extent);
  for (let index = 0; index < Math.round(360 / step); index++) {
    const longitude = Number((-180 + index * step).toFixed(4));
    const ends = [toMap(longitude % 90 === 0 ? -90 : innermost(step), longitude), toMap(AREA_LIMIT_DEG, longitude)];
    const line = new LineString(ends);
    if (!line.intersectsExtent(extent)) continue;
    yield drawn(line, areaStyle(longitude % 90 === 0 ? "grid-strong" : "grid"));
    const at = farthest(extent, ends, 14 * metres);
    if (at) yield label(at, degreeLabel(longitude, words.east, words.west), "center");
  }
}

/** Meridians end before the pole, where they would run together. */
function innermost(step) {
  return step >= 15 ? -89 : step >= 5 ? -89.6 : -89.9;
}

function longitudeStep([xmin, ymin, xmax, ymax]) {
  if (xmin < 0 && xmax > 0 && ymin < 0 && ymax > 0) return LONGITUDES[0];
  const distance = Math.hypot((xmin + xmax) / 2, (ymin + ymax) / 2);
  const across = (Math.max(xmax - xmin, ymax - ymin) / distance) * (180 / Math.PI);
  return LONGITUDES.find((degrees) => across / degrees >= 4) ?? LONGITUDES.at(-1);
}

/** The point of a segment farthest from the pole that lies `inset` inside the extent, or null. */
function farthest(extent, [from, to], inset) {
  for (let share = 100; share >= 0; share--) {
    const point = [0, 1].map((axis) => from[axis] + ((to[axis] - from[axis]) * share) / 100);
    if (inside(extent, point, inset)) return narrowed(extent, from, to, share, inset);
  }
  return null;
}

/** The same to a hundredth of the step, so that labels stand in line along the edge. */
function narrowed(extent, from, to, share, inset) {
  for (let fine = Math.min(100, share + 1); ; fine -= 0.02) {
    const point = [0, 1].map((axis) => from[axis] + ((to[axis] - from[axis]) * fine) / 100);
    if (fine <= share || inside(extent, point, inset)) return point;
  }
}

function inside([xmin, ymin, xmax, ymax], [x, y], inset) {
  return x >= xmin + inset && x <= xmax - inset && y >= ymin + inset && y <= ymax - inset;
}

function drawn(geometry, style) {
  const feature = new Feature(geometry);
  feature.set("style", style);
  return feature;
}

function label(at, text, textAlign) {
  return drawn(new Point(at), labelStyle(text, { size: 12, colour: "#55534e", textAlign, zIndex: 5 }));
}
