// Finding a place by name, a claim, an entry or a position, and what is at a place.
import { AREA_LIMIT_DEG, toGeographic, toMap } from "./base.js";

const POSITION = /^\s*([-−+]?\d+(?:\.\d+)?)\s*°?\s*(s|n)?\s*[,;\s]\s*([-−+]?\d+(?:\.\d+)?)\s*°?\s*(e|w)?\s*$/i;
const plain = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().trim();

/** The map point of a text with two numbers: degrees of latitude and longitude, or metres; null if it is no position. */
export function positionIn(text) {
  const found = POSITION.exec(text);
  if (!found) return null;
  const [first, second] = [found[1], found[3]].map((number) => Number(number.replace("−", "-")));
  const isDegrees = found[2] || found[4] || Math.abs(first) <= 90;
  if (!isDegrees) return [first, second];
  const latitude = /s/i.test(found[2] ?? "") ? -Math.abs(first) : first;
  return toMap(latitude, /w/i.test(found[4] ?? "") ? -second : second);
}

/** Whether a map point lies in the register's area. */
export function isInArea(point) {
  return toGeographic(point)[0] <= AREA_LIMIT_DEG + 1e-9;
}

/** The feature that a text names best: by id, by the id of its claim or entry, by the start of its name, by a part. */
export function named(text, features) {
  const wanted = plain(text);
  if (!wanted) return null;
  const tests = [
    (feature) => plain(feature.get("id")) === wanted,
    (feature) => [feature.get("entry"), feature.get("claim")].some((id) => id && plain(id) === wanted),
    (feature) => plain(feature.get("name")).startsWith(wanted),
    (feature) => plain(feature.get("name")).includes(wanted),
  ];
  for (const test of tests) {
    const found = features.find(test);
    if (found) return found;
  }
  return null;
}

/** The features at a map point: marks within reach, the nearest first, then the areas that it lies in. */
export function thingsAt(point, reach, features) {
  const away = (feature) => Math.hypot(feature.get("middle")[0] - point[0], feature.get("middle")[1] - point[1]);
  const near = features.filter((feature) => away(feature) <= reach).sort((one, other) => away(one) - away(other));
  const around = features.filter((feature) => !near.includes(feature) && isWithin(feature.getGeometry(), point, reach));
  return [...near, ...around];
}

/** Whether a shape has a point in it, or nearly on its line. */
function isWithin(geometry, point, reach) {
  if (geometry.intersectsCoordinate(point)) return true;
  const [x, y] = geometry.getClosestPoint(point);
  return geometry.getType().endsWith("LineString") && Math.hypot(x - point[0], y - point[1]) <= reach;
}
