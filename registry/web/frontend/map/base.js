// The map that pages build on: projection, view, graticule, true scale bar and the coordinates under the pointer.
//
//   const { map, view, words, format } = openMap(frame, { layers });
//
// `frame` is what the macro `map_frame` of templates/_map.html writes. Coordinates are metres of IAU_2015:30135 all
// through: nothing is transformed, except into words.
import OlMap from "ol/Map.js";
import View from "ol/View.js";
import Feature from "ol/Feature.js";
import { defaults as defaultControls } from "ol/control/defaults.js";
import Circle from "ol/geom/Circle.js";
import { defaults as defaultInteractions } from "ol/interaction/defaults.js";
import MouseWheelZoom from "ol/interaction/MouseWheelZoom.js";
import VectorLayer from "ol/layer/Vector.js";
import Projection from "ol/proj/Projection.js";
import { addProjection } from "ol/proj.js";
import VectorSource from "ol/source/Vector.js";
import { AREA_LIMIT_DEG, mapRadius, scaleAt, toGeographic } from "./geodesy.js";
import { graticuleLayer } from "./graticule.js";
import { keepScale } from "./scalebar.js";
import { areaStyle } from "./styles.js";
import { formats, wordsOf } from "./words.js";

export * from "./geodesy.js";
export * from "./styles.js";
export { filled, wordsOf } from "./words.js";

const AREA_RADIUS_M = mapRadius(AREA_LIMIT_DEG);
const REACH_M = AREA_RADIUS_M * 1.12;
export const WHOLE_AREA = [-AREA_RADIUS_M, -AREA_RADIUS_M, AREA_RADIUS_M, AREA_RADIUS_M].map((edge) => edge * 1.04);

/** South polar stereographic of the Moon, known to the map library by its code, in metres and nothing else. */
export const PROJECTION = new Projection({
  code: "IAU_2015:30135",
  units: "m",
  extent: [-REACH_M, -REACH_M, REACH_M, REACH_M],
  getPointResolution: (resolution, point) => resolution / scaleAt(point),
});
addProjection(PROJECTION);

/** When the style sheet is there: before, a frame has no size to draw in. */
export const styled = new Promise((resolve) => {
  if (document.readyState === "complete") resolve();
  else window.addEventListener("load", () => resolve(), { once: true });
});

/** Whether the person asked for less motion. */
const isCalm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Milliseconds that a movement of the map may take. */
export const duration = () => (isCalm() ? 0 : 250);

/** A map in `frame`, with `layers` above the ground and below the graticule's labels. */
export function openMap(frame, { layers = [], extent = WHOLE_AREA } = {}) {
  const words = wordsOf(frame);
  const format = formats(words);
  const target = frame.querySelector("[data-map-target]");
  frame.hidden = false;
  const view = newView();
  const graticule = graticuleLayer(view, words);
  const map = new OlMap({
    target,
    view,
    layers: [groundLayer(), graticule, ...layers],
    controls: controls(words),
    interactions: interactions(),
  });
  view.fit(extent, { size: map.getSize() });
  keepGraticule(map, graticule);
  keepScale(frame.querySelector("[data-scale]"), view, format);
  keepPosition(map, target, frame.querySelector("[data-position]"), format);
  nameButtons(target);
  return { map, view, graticule, words, format, target };
}

function newView() {
  return new View({
    projection: PROJECTION,
    center: [0, 0],
    resolution: 1000,
    minResolution: 0.25,
    maxResolution: 4000,
    extent: PROJECTION.getExtent(),
    showFullExtent: true,
    smoothExtentConstraint: false,
    enableRotation: false,
  });
}

/** The register's area, latitude 80 degrees south and farther south. */
function groundLayer() {
  const area = new Feature(new Circle([0, 0], AREA_RADIUS_M));
  area.setStyle(areaStyle("area"));
  return new VectorLayer({ source: new VectorSource({ features: [area] }), className: "registry-layer-ground" });
}

function controls(words) {
  return defaultControls({
    attribution: false,
    rotate: false,
    zoomOptions: { zoomInTipLabel: words.zoom_in, zoomOutTipLabel: words.zoom_out, zoomOutLabel: "−", duration: duration() },
  });
}

/** The wheel belongs to the page until the map has the focus. */
function interactions() {
  const usual = defaultInteractions({
    altShiftDragRotate: false,
    pinchRotate: false,
    mouseWheelZoom: false,
    zoomDuration: duration(),
  });
  usual.push(new MouseWheelZoom({ onFocusOnly: true, duration: duration() }));
  return usual;
}

function keepGraticule(map, graticule) {
  const redraw = () => graticule.getVisible() && map.getSize() && graticule.redraw(map.getSize());
  map.on(["moveend", "change:size"], redraw);
  graticule.on("change:visible", redraw);
  redraw();
}

/** Both forms of the position under the pointer; of the middle of the map while the keyboard moves it. */
function keepPosition(map, target, element, format) {
  const metres = element.querySelector("[data-metres]");
  const degrees = element.querySelector("[data-degrees]");
  const show = (point) => {
    metres.textContent = format.metres(point);
    degrees.textContent = format.degrees(toGeographic(point));
    element.dataset.at = point.map((value) => value.toFixed(3)).join(" ");
  };
  const showMiddle = () => show(map.getView().getCenter());
  map.on("pointermove", (event) => {
    if (!event.dragging) show(event.coordinate);
  });
  map.getView().on(["change:center", "change:resolution"], showMiddle);
  target.addEventListener("focus", showMiddle);
  showMiddle();
}

/** A title alone is no name for everybody. */
function nameButtons(target) {
  for (const button of target.querySelectorAll("button[title]")) button.setAttribute("aria-label", button.title);
}
