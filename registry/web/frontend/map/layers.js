// The layers of the map page, from the ground up, and how each feature of them is drawn.
import VectorLayer from "ol/layer/Vector.js";
import Point from "ol/geom/Point.js";
import Style from "ol/style/Style.js";
import VectorSource from "ol/source/Vector.js";
import { areaStyle, labelStyle, markStyle, outlineStyle, selectedMark } from "./styles.js";
import { OTHER_PHASE, PHASES } from "./shown.js";

const UNDER_GRATICULE = ["craters", "regions"];
export const ORDER = ["craters", "regions", "protected", "holds", "zones", "others", "placements", "entries"];
// Colour and dash of the zone of each phase, and of the phases that a filing names otherwise.
const ZONES = {
  landing: ["#b3261e", [3, 3]],
  "build-up": ["#8a5a0b", [9, 4]],
  operation: ["#1d4f91", undefined],
  ascent: ["#7b2d8b", [2, 5]],
  disposal: ["#55534e", [10, 3, 2, 3]],
  [OTHER_PHASE]: ["#0b6e75", [6, 6]],
};
const LABELS_FROM = { craters: 14, sites: 260 }; // pixels of radius; metres per pixel
const SITE_ORDER = { other: 1, open: 2, unserved: 3, allotted: 4, entry: 5 };

/** One layer of the map; what `shown` does not have is neither drawn nor found. */
export function vectorLayer(name, features, shown) {
  const source = new VectorSource({ features });
  const draw = STYLES[name];
  return new VectorLayer({
    source,
    zIndex: UNDER_GRATICULE.includes(name) ? 0 : 2,
    declutter: "registry",
    className: UNDER_GRATICULE.includes(name) ? "registry-layer-places" : "registry-layer-things",
    properties: { name },
    style: (feature, resolution) => (shown.has(feature) ? draw(feature, resolution) : undefined),
  });
}

/** The layer of the thing selected: a ring, its outline, and the zones that it asks for. */
export function selectionLayer() {
  return new VectorLayer({
    source: new VectorSource(),
    zIndex: 3,
    className: "registry-layer-selected",
    style: (feature) => {
      if (feature.get("part") === "zone") return zoneStyle(feature);
      const ring = selectedMark();
      return [areaStyle("selected"), new Style({ image: ring.getImage(), geometry: new Point(feature.get("middle")) })];
    },
  });
}

function zoneStyle(feature) {
  const phase = PHASES.includes(feature.get("phase")) ? feature.get("phase") : OTHER_PHASE;
  return outlineStyle(...ZONES[phase]);
}

const STYLES = {
  craters: (feature, resolution) => {
    const isLarge = feature.get("map_radius_m") / resolution > LABELS_FROM.craters;
    const area = areaStyle("crater");
    return isLarge ? [area, name(feature, { italic: true, colour: "#5f574b", size: 12 })] : area;
  },
  regions: (feature) => [areaStyle(feature.get("kind")), name(feature, { colour: "#33405c", weight: 600 })],
  protected: (feature) => {
    if (feature.get("part") !== "mark") return areaStyle(feature.get("part"));
    return [markStyle("protected", 5), name(feature, { colour: "#6b4708", offsetY: 16, size: 12 })];
  },
  holds: (feature) => {
    if (feature.get("part") !== "mark") return areaStyle("hold");
    return [markStyle("hold", 5), name(feature, { colour: "#17553a", offsetY: 16, size: 12 })];
  },
  zones: zoneStyle,
  others: (feature, resolution) => siteStyle(feature, resolution),
  placements: (feature, resolution) => siteStyle(feature, resolution),
  entries: (feature, resolution) => siteStyle(feature, resolution),
};

function siteStyle(feature, resolution) {
  const kind = feature.get("kind");
  const mark = markStyle(kind, kind === "other" ? 4 : 6);
  const styles = [at(feature, mark)];
  if (feature.getGeometry().getType() !== "Point") styles.unshift(areaStyle(kind));
  if (resolution < LABELS_FROM.sites && kind !== "other") {
    const text = labelStyle(feature.get("claim"), { size: 12, weight: 600, offsetY: -14, colour: "#14213d" });
    styles.push(at(feature, text));
  }
  return styles;
}

/** A style at the middle of a feature, in the order in which kinds lie over one another. */
function at(feature, style) {
  const placed = style.clone();
  placed.setGeometry(new Point(feature.get("middle")));
  placed.setZIndex(SITE_ORDER[feature.get("kind")]);
  return placed;
}

function name(feature, look) {
  return labelStyle(feature.get("name"), { size: 13, overflow: true, ...look });
}
