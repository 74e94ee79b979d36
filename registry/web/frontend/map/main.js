// The map page: the map with its legend, slider, search and table, in place of the drawing that needs no script.
import { duration, filled, openMap, styled } from "./base.js";
import { fetched } from "./features.js";
import { degreeLabel } from "./graticule.js";
import { keepGround } from "./ground.js";
import { ORDER, selectionLayer, vectorLayer } from "./layers.js";
import { read, written } from "./permalink.js";
import { keepPrinting } from "./printing.js";
import { isInArea, named, positionIn, thingsAt } from "./search.js";
import { Shown } from "./shown.js";
import { Table } from "./table.js";
import { keepTime } from "./timeline.js";

const CLOSE_M = 40; // metres per pixel at which a single site is looked at
const NEAR_PX = 10;
const LATER = "others"; // many, and not shown by themselves
const live = document.querySelector("[data-live]");

/** Everything that the parts of the page share. */
class Page {
  constructor(setup, layers) {
    Object.assign(this, { setup, layers });
    this.toggles = [...live.querySelectorAll("[data-legend] input")];
    this.usual = this.toggles.filter((box) => box.defaultChecked).map((box) => box.value);
    const asked = this.asked();
    this.shown = new Shown({ layers: asked.layers ?? this.usual, day: asked.day ?? null, selected: asked.selected ?? null });
    this.things = ORDER.map((name) => vectorLayer(name, layers[name] ?? [], this.shown));
    this.selection = selectionLayer();
    live.hidden = false;
    document.querySelector("[data-plain]").hidden = true;
    const frame = live.querySelector("[data-map]");
    Object.assign(this, openMap(frame, { layers: [...this.things, this.selection], extent: setup.extent ?? undefined }));
    this.sort();
    if (asked.view) {
      this.view.setResolution(asked.view.resolution);
      this.view.setCenter(asked.view.center);
    }
    this.first = this.place();
    this.isMoved = Boolean(asked.view);
  }

  /** One mark of each thing, and those that have a row. */
  sort() {
    const all = ORDER.flatMap((name) => this.layers[name] ?? []);
    this.marks = all.filter((feature) => feature.get("part") === "mark");
    this.listed = this.marks.filter((feature) => feature.get("layer") !== "craters");
  }

  /** The layer that is fetched only when somebody wants it. */
  async need(name) {
    if (this.layers[name]) return;
    this.layers[name] = await fetched(this.setup.layers[name], name);
    this.things[ORDER.indexOf(name)].getSource().addFeatures(this.layers[name]);
    this.sort();
  }

  asked() {
    return read(location.href, { known: this.toggles.map((box) => box.value), days: this.setup.days ?? -1 });
  }

  /** Where the map is, to tell whether anybody has moved it. */
  place() {
    return [...this.view.getCenter().map(Math.round), this.view.getResolution().toPrecision(4)].join();
  }

  start() {
    this.table = this.newTable();
    this.keepLegend();
    keepGround(live.querySelector("[data-ground]"), this.setup.ground, this.map);
    if (this.setup.days) keepTime(live.querySelector("[data-time]"), this.shown, this);
    this.keepSearch();
    this.keepPicking();
    keepPrinting(this.map, this.target);
    live.querySelector("[data-print]").addEventListener("click", () => window.print());
    this.shown.onChange((_shown, changed) => this.changed(changed));
    this.map.on("moveend", () => this.moved());
    this.changed({ selected: this.shown.selected });
    if (this.shown.selected) this.recall(this.shown.selected);
  }

  /** What the address names as selected, be it in a layer that is not there yet. */
  async recall(id) {
    if (!this.feature(id)) await this.need(LATER);
    this.changed({ selected: id });
    this.tell(id);
    if (!this.isMoved && this.feature(id)) this.goTo(this.feature(id));
  }

  newTable() {
    const { words, format, setup } = this;
    const tools = { words, format: rowFormats(words, format, setup.epoch), addresses: setup, choose: (id) => this.choose(id) };
    Object.assign(format, tools.format);
    return new Table(live.querySelector("[data-rows]"), { ...tools, format });
  }

  /** After any change of what is shown. */
  changed(changed) {
    for (const layer of this.things) layer.changed();
    this.graticule.setVisible(this.shown.layers.has("graticule"));
    if ("selected" in changed) this.drawSelected();
    this.refresh();
  }

  moved() {
    if (this.place() !== this.first) this.isMoved = true;
    this.refresh();
  }

  refresh() {
    const extent = this.view.calculateExtent(this.map.getSize());
    const { total, listed } = this.table.show(this.listed, extent, this.shown);
    const text = total > listed ? this.words.count_some : this.words.count;
    live.querySelector("[data-count]").textContent = filled(text, { total, listed });
    const address = written(location.href, this);
    if (address !== location.href) history.replaceState(history.state, "", address);
    live.querySelector("[data-permalink]").href = address;
  }

  keepLegend() {
    for (const box of this.toggles) {
      box.checked = this.shown.layers.has(box.value);
      box.addEventListener("change", async () => {
        if (box.value === LATER && box.checked) await this.need(LATER);
        this.shown.toggle(box.value, box.checked);
      });
    }
  }

  /** The same thing chosen again is let go. */
  choose(id) {
    this.select(id === this.shown.selected ? null : id);
    if (this.shown.selected) this.goTo(this.feature(id));
  }

  select(id) {
    this.shown.set({ selected: id });
    this.tell(id);
  }

  /** Says what is selected, to be heard too. */
  tell(id) {
    const feature = id && this.feature(id);
    const kind = feature && this.table.kind(feature);
    this.say(feature ? filled(this.words.selected, { id, name: feature.get("name"), kind }) : this.words.nothing_selected);
  }

  feature(id) {
    return this.marks.find((feature) => feature.get("id") === id);
  }

  say(text) {
    live.querySelector("[data-said]").textContent = text;
  }

  goTo(feature) {
    const [xmin, ymin, xmax, ymax] = feature.getGeometry().getExtent();
    const isWide = Math.max(xmax - xmin, ymax - ymin) > 2000;
    if (isWide) this.view.fit([xmin, ymin, xmax, ymax], { padding: [40, 40, 40, 40], duration: duration() });
    else this.goNear(feature.get("middle"));
  }

  goNear(center) {
    const resolution = Math.min(this.view.getResolution(), CLOSE_M);
    this.view.animate({ center, resolution, duration: duration() });
  }

  /** The thing selected, with the zones that a placement without an entry asks for. */
  async drawSelected() {
    const source = this.selection.getSource();
    source.clear();
    const id = this.shown.selected;
    const feature = id === null ? undefined : this.feature(id);
    if (!feature) return;
    const copy = feature.clone();
    copy.set("part", "mark");
    source.addFeature(copy);
    if (!["other", "open", "unserved"].includes(feature.get("kind"))) return;
    const [claim, rank] = id.split("/");
    const address = this.setup.zones.replace("ID", encodeURIComponent(claim)).replace("/0", `/${rank}`);
    const zones = await fetched(address, "asked").catch(() => []);
    if (this.shown.selected === id) source.addFeatures(zones);
  }

  switchOn(name) {
    this.toggles.find((box) => box.value === name).checked = true;
    this.shown.toggle(name, true);
  }

  keepPicking() {
    this.map.on("singleclick", (event) => this.pick(event.coordinate));
    this.target.addEventListener("keydown", (event) => {
      const isOwn = event.target === this.target && event.key === "Enter";
      if (isOwn) this.pick(this.view.getCenter());
    });
  }

  /** The things at a map point, one after the other with each further pick. */
  pick(point) {
    const reach = NEAR_PX * this.view.getResolution();
    const found = thingsAt(point, reach, this.listed.filter((feature) => this.shown.has(feature)));
    const ids = found.map((feature) => feature.get("id"));
    this.select(ids.length ? ids[(ids.indexOf(this.shown.selected) + 1) % ids.length] : null);
  }

  keepSearch() {
    const form = live.querySelector("[data-search]");
    const names = this.marks.filter((feature) => !feature.get("claim")).map((feature) => feature.get("name"));
    const options = [...new Set(names)].sort().map((name) => new Option(name, name));
    form.querySelector("datalist").append(...options);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.find(form.querySelector("input").value);
    });
  }

  async find(text) {
    const point = positionIn(text);
    if (point && isInArea(point)) {
      this.goNear(point);
      this.say(filled(this.words.found_position, { position: text.trim() }));
      return;
    }
    let feature = named(text, this.marks);
    if (!feature) {
      await this.need(LATER);
      feature = named(text, this.marks);
    }
    if (!feature) {
      this.say(filled(point ? this.words.not_in_area : this.words.not_found, { text: text.trim() }));
      return;
    }
    this.goTo(feature);
    if (feature.get("layer") === LATER) this.switchOn(LATER);
    if (feature.get("layer") === "craters") this.say(filled(this.words.found_place, { name: feature.get("name") }));
    else this.select(feature.get("id"));
  }
}

/** Words for what a row says of places, days and distances. */
function rowFormats(words, format, epoch) {
  const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  const dates = new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  const date = (day) => dates.format(Date.parse(epoch) + day * 86400000);
  const lengths = (metres) => [...new Set(metres)].sort((a, b) => a - b).map(format.length).join(", ");
  return {
    day: (day) => filled(words.day, { date: date(day), number: format.whole(day) }),
    period: (start, until) => filled(words.period, { first: date(start), last: date(until - 1) }),
    keptClear: (metres) => filled(words.kept_clear, { lengths: lengths(metres) }),
    uncertain: (metres) => filled(words.uncertain, { length: format.length(metres) }),
    place: ([latDeg, lonDeg]) => {
      const latitude = degreeLabel(Number(latDeg.toFixed(2)), words.north, words.south);
      return filled(words.place, { latitude, longitude: degreeLabel(Number(lonDeg.toFixed(2)), words.east, words.west) });
    },
  };
}

async function begin() {
  const setup = JSON.parse(live.dataset.live);
  const { layers } = read(location.href, { known: [LATER], days: 0 });
  const names = Object.keys(setup.layers).filter((name) => name !== LATER || layers?.includes(LATER));
  const found = await Promise.all(names.map((name) => fetched(setup.layers[name], name)));
  await styled;
  new Page(setup, Object.fromEntries(names.map((name, index) => [name, found[index]]))).start();
}

// Where the layers cannot be had, the drawing stays.
if (live) {
  begin().catch(() => {
    document.querySelector("[data-failed]").hidden = false;
  });
}
