// The layers of the page as features: fetched, circles made of points with a distance, one mark for each thing.
import GeoJSON from "ol/format/GeoJSON.js";
import Feature from "ol/Feature.js";
import Circle from "ol/geom/Circle.js";
import Point from "ol/geom/Point.js";
import { PROJECTION, circleOnMap } from "./base.js";

const reader = new GeoJSON({ dataProjection: PROJECTION, featureProjection: PROJECTION });

/** The features of one address, each with the name of its layer. */
export async function fetched(address, layer) {
  const response = await fetch(address, { credentials: "same-origin" });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  const { features } = await response.json();
  return features.flatMap((row) => made(reader.readGeometry(row.geometry), { ...row.properties, layer }));
}

function made(geometry, values) {
  return (MAKERS[values.layer] ?? site)(geometry, values);
}

const MAKERS = { craters: crater, protected: protectedPlace, holds: hold, zones: zone, asked: zone };

function site(geometry, values) {
  const middle = values.at ?? (geometry.getType() === "Point" ? geometry.getCoordinates() : centre(geometry));
  return [feature(geometry, { ...values, middle, part: "mark" })];
}

function crater(geometry, values) {
  const middle = geometry.getCoordinates();
  return [feature(new Circle(middle, values.map_radius_m), { ...values, middle, part: "mark" })];
}

/** A mark, the buffer where it is enforced, and the circle in which the place lies. */
function protectedPlace(geometry, values) {
  const middle = geometry.getCoordinates();
  const shared = { ...values, middle };
  const circles = [feature(circle(middle, values.uncertainty_m), { ...shared, part: "uncertain" })];
  if (values.enforced) circles.unshift(feature(circle(middle, values.keep_out_m), { ...shared, part: "protected" }));
  return [...circles, feature(geometry, { ...shared, part: "mark" })];
}

function hold(geometry, values) {
  const [area] = zone(geometry, { ...values, part: "hold" });
  const middle = geometry.getType() === "Point" ? geometry.getCoordinates() : centre(geometry);
  area.set("middle", middle);
  return [area, feature(new Point(middle), { ...values, middle, part: "mark" })];
}

/** A zone: a circle round a point, or the outline that came. */
function zone(geometry, values) {
  const isPoint = geometry.getType() === "Point";
  return [feature(isPoint ? circle(geometry.getCoordinates(), values.keep_out_m) : geometry, { part: "zone", ...values })];
}

function circle(middle, groundM) {
  const { centre: at, radius } = circleOnMap(middle, groundM);
  return new Circle(at, radius);
}

function centre(geometry) {
  const [xmin, ymin, xmax, ymax] = geometry.getExtent();
  return [(xmin + xmax) / 2, (ymin + ymax) / 2];
}

function feature(geometry, values) {
  const found = new Feature(geometry);
  found.setProperties(values, true);
  return found;
}
