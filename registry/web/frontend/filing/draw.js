// Drawing a placement: what is drawn is written into the boxes of the form, and what is typed there is drawn. The server
// says what the zones are, from the same form that it keeps; so the checks are the same with and without this script.
import Feature from "ol/Feature.js";
import GeoJSON from "ol/format/GeoJSON.js";
import Circle from "ol/geom/Circle.js";
import Point from "ol/geom/Point.js";
import Polygon from "ol/geom/Polygon.js";
import Draw from "ol/interaction/Draw.js";
import Modify from "ol/interaction/Modify.js";
import Snap from "ol/interaction/Snap.js";
import VectorLayer from "ol/layer/Vector.js";
import VectorSource from "ol/source/Vector.js";
import { PROJECTION, areaStyle, circleOnGround, circleOnMap, duration, filled, markStyle, openMap, outlineStyle, styled, toMap } from "../map/base.js";
import { fetched } from "../map/features.js";
import { vectorLayer } from "../map/layers.js";
import { Shown } from "../map/shown.js";

const CONTEXT = ["craters", "regions", "protected", "entries", "placements"];
const SHOWN = ["craters", "regions", "protected", "entries", "proposal", "choices"];
const ZONES = [["#1d4f91", undefined], ["#b3261e", [3, 3]], ["#8a5a0b", [9, 4]], ["#7b2d8b", [2, 5]]];
const PLACES = ["regions", "craters"];
const SNAP_PX = 10;
const PAUSE_MS = 350;
const reader = new GeoJSON({ dataProjection: PROJECTION, featureProjection: PROJECTION });

const millimetres = (value) => String(Math.round(value * 1000) / 1000);

/** The boxes of the form that say where the placement is. */
class Boxes {
  constructor(form) {
    this.form = form;
  }

  get shape() {
    return this.form.elements.shape.value;
  }

  /** The corners that are typed, as map metres; null where they cannot be read. */
  get corners() {
    const isDegrees = this.form.elements.system.value === "degrees";
    const rows = this.form.elements.positions.value.split("\n").filter((line) => line.trim());
    const read = rows.map((line) => line.replaceAll("−", "-").replaceAll("°", "").trim().split(/[,;\s]+/).map(Number));
    if (!read.every((row) => row.length === 2 && row.every(Number.isFinite))) return null;
    return isDegrees ? read.map(([lat, lon]) => toMap(lat, lon)) : read;
  }

  /** The shape that is typed, null where there is none or where it cannot be drawn here. */
  get geometry() {
    const corners = this.corners;
    if (!corners?.length || this.shape === "other") return null;
    if (this.shape === "Polygon") return corners.length > 2 ? new Polygon([[...corners, corners[0]]]) : null;
    if (this.shape === "Circle") {
      const radius = Number(this.form.elements.radius.value.replace(",", "."));
      if (!(radius > 0)) return new Point(corners[0]);
      const { centre, radius: mapRadius } = circleOnMap(corners[0], radius);
      return new Circle(centre, mapRadius);
    }
    return new Point(corners[0]);
  }

  /** Write a shape into the boxes, as metres. */
  set geometry(geometry) {
    if (geometry?.getType() === "Circle") {
      const { point, groundM } = circleOnGround(geometry.getCenter(), geometry.getRadius());
      this.write({ shape: "Circle", system: "metres", positions: point.map(millimetres).join(", "), radius: millimetres(groundM) });
      return;
    }
    const corners = geometry?.getType() === "Polygon" ? geometry.getCoordinates()[0].slice(0, -1) : geometry ? [geometry.getCoordinates()] : [];
    this.write({
      shape: geometry?.getType() === "Polygon" ? "Polygon" : "Point",
      system: "metres",
      positions: corners.map((row) => row.map(millimetres).join(", ")).join("\n"),
    });
  }

  get state() {
    const { shape, system, positions, radius } = this.form.elements;
    return { shape: shape.value, system: system.value, positions: positions.value, radius: radius.value };
  }

  write(state) {
    for (const [name, value] of Object.entries(state)) this.form.elements[name].value = value;
  }
}

/** The states that can be gone back to. */
class Past {
  constructor(state) {
    this.states = [state];
  }

  add(state) {
    if (JSON.stringify(state) !== JSON.stringify(this.states.at(-1))) this.states.push(state);
  }

  back() {
    if (this.states.length > 1) this.states.pop();
    return this.states.at(-1);
  }
}

class Drawing {
  constructor(form, frame) {
    this.form = form;
    this.boxes = new Boxes(form);
    this.past = new Past(this.boxes.state);
    this.source = new VectorSource();
    this.zones = new VectorSource();
    this.said = frame.querySelector("[data-said]");
    this.context = new VectorSource();
    const drawn = new VectorLayer({ source: this.source, zIndex: 6, style: (feature) => styleOf(feature) });
    const zones = new VectorLayer({ source: this.zones, zIndex: 5, style: (feature) => outlineStyle(...ZONES[feature.get("number") % ZONES.length]) });
    Object.assign(this, openMap(frame, { layers: [zones, drawn] }));
    this.map.addInteraction(this.modify());
    this.snap = new Snap({ source: this.context, pixelTolerance: SNAP_PX });
    this.map.addInteraction(this.snap);
    this.addTools(frame.querySelector("[data-tools]"));
    this.target.addEventListener("keydown", (event) => this.key(event));
    form.addEventListener("input", (event) => this.typed(event));
    form.addEventListener("change", (event) => this.typed(event));
    form.elements.place.addEventListener("change", () => this.showPlace());
    this.draw();
    this.look();
    this.asked = this.ask();
  }

  modify() {
    const modify = new Modify({ source: this.source, pixelTolerance: SNAP_PX });
    modify.on("modifyend", () => this.took(this.source.getFeatures()[0]?.getGeometry()));
    return modify;
  }

  addTools(tools) {
    for (const [kind, name] of [["Point", "draw_point"], ["Circle", "draw_circle"], ["Polygon", "draw_area"]]) {
      const button = this.button(tools, this.words[name], () => this.begin(kind, button));
      button.dataset.tool = kind;
      button.setAttribute("aria-pressed", "false");
    }
    this.button(tools, this.words.undo, () => this.undo());
    this.button(tools, this.words.clear, () => this.clear());
  }

  button(tools, name, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "govuk-button govuk-button--secondary registry-small-button";
    button.textContent = name;
    button.addEventListener("click", act);
    tools.append(button);
    return button;
  }

  /** Take up a tool; the next clicks draw. */
  begin(kind, button) {
    this.stop();
    this.tool = kind;
    button.setAttribute("aria-pressed", "true");
    this.pen = new Draw({ source: new VectorSource(), type: kind, stopClick: true });
    this.pen.on("drawend", ({ feature }) => {
      this.took(feature.getGeometry());
      setTimeout(() => this.stop());
    });
    this.map.addInteraction(this.pen);
    this.map.removeInteraction(this.snap); // what snaps comes last
    this.map.addInteraction(this.snap);
    this.say({ Point: "said_point", Circle: "said_circle", Polygon: "said_area" }[kind]);
    this.target.focus({ preventScroll: true });
    this.target.scrollIntoView({ block: "nearest" });
  }

  stop() {
    if (this.pen) this.map.removeInteraction(this.pen);
    this.pen = null;
    this.tool = null;
    for (const button of this.form.querySelectorAll("[data-tool]")) button.setAttribute("aria-pressed", "false");
  }

  /** With the keyboard the middle of the map is the pointer. */
  key(event) {
    if (event.key === "Escape") this.stop();
    if (event.key !== "Enter" || event.target !== this.target) return;
    event.preventDefault();
    const middle = this.map.getView().getCenter().map((value) => Math.round(value * 1000) / 1000);
    const line = middle.join(", ");
    const { positions } = this.boxes.state;
    const kind = this.tool ?? this.boxes.shape;
    const isArea = kind === "Polygon";
    this.boxes.write({ shape: kind === "other" ? "Point" : kind, system: "metres", positions: isArea && positions.trim() ? `${positions.trim()}\n${line}` : line });
    this.changed();
    this.say("drawn");
  }

  took(geometry) {
    this.boxes.geometry = geometry;
    this.changed();
    this.say("drawn");
  }

  undo() {
    this.stop();
    this.boxes.write(this.past.back());
    this.draw();
    this.ask();
    this.say("undone");
  }

  clear() {
    this.stop();
    this.boxes.write({ positions: "" });
    this.changed();
    this.say("cleared");
  }

  typed(event) {
    if (event.target.closest("[data-map]")) return;
    this.look();
    clearTimeout(this.later);
    this.later = setTimeout(() => this.changed(), PAUSE_MS);
  }

  changed() {
    this.past.add(this.boxes.state);
    this.draw();
    this.ask();
    this.look();
  }

  draw() {
    this.source.clear();
    const geometry = this.boxes.geometry;
    if (geometry) this.source.addFeature(new Feature(geometry));
  }

  /** Ask the server for the zones of the form as it stands, and draw them. */
  async ask() {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    const response = await fetch(this.form.dataset.zones, { method: "POST", body: new FormData(this.form), credentials: "same-origin" });
    if (!response.ok || turn !== this.turn) return;
    const { zones } = await response.json();
    this.zones.clear();
    for (const [number, zone] of zones.entries()) {
      this.zones.addFeature(new Feature({ geometry: reader.readGeometry(zone.outline), number }));
    }
    this.list(zones);
    this.form.querySelector("[data-drawing]")?.remove();
    if (!this.isShown) this.show();
  }

  list(zones) {
    const list = this.form.querySelector("[data-zone-list]");
    const rows = zones.map((zone) => filled(this.words.zone, { phase: zone.phase, length: this.format.length(zone.keep_out_m) }));
    list.replaceChildren(...(rows.length ? rows : [this.words.no_zones]).map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  }

  /** Show the placement with its zones, the first time that there is one. */
  show() {
    const all = [this.zones, this.source].find((source) => source.getFeatures().length);
    if (!all) return;
    this.isShown = true;
    this.view.fit(all.getExtent(), { size: this.map.getSize(), padding: [60, 60, 60, 60], minResolution: 2, duration: duration() });
  }

  /** Show the place that is chosen, as long as nothing is drawn. */
  showPlace() {
    const extent = this.places?.get(this.form.elements.place.value);
    if (extent && !this.boxes.geometry) this.view.fit(extent, { size: this.map.getSize(), padding: [20, 20, 20, 20], duration: duration() });
  }

  /** Show only the boxes that the shape and the methods need. */
  look() {
    for (const part of this.form.querySelectorAll("[data-shape]")) part.hidden = part.dataset.shape !== this.boxes.shape;
    const wanted = JSON.parse(this.form.dataset.inputs);
    for (const part of this.form.querySelectorAll("[data-input]")) {
      part.hidden = !(wanted[this.form.elements[part.dataset.of].value] ?? []).includes(part.dataset.input);
    }
  }

  say(name) {
    this.said.textContent = this.words[name];
  }

  /** What is there already, to draw beside and to snap to. */
  async addContext() {
    const shown = new Shown({ layers: SHOWN });
    const places = new Map();
    for (const layer of CONTEXT) {
      const features = await fetched(this.form.dataset.layers.replace("LAYER", layer), layer);
      this.map.addLayer(vectorLayer(layer, features, shown));
      if (layer !== "craters") this.context.addFeatures(features);
      if (PLACES.includes(layer)) features.forEach((feature) => places.set(feature.get("id"), feature.getGeometry().getExtent()));
    }
    this.places = places;
    this.showPlace();
  }
}

function styleOf(feature) {
  return feature.getGeometry().getType() === "Point" ? markStyle("allotted", 7) : areaStyle("selected");
}

async function start() {
  const form = document.querySelector("[data-filing]");
  const frame = form?.querySelector("[data-map]");
  if (!frame) return;
  await styled;
  const drawing = new Drawing(form, frame);
  await drawing.addContext();
  await drawing.asked;
  frame.dataset.ready = "true";
}

start();
