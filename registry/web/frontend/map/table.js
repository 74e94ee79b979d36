// The table beside the map: what is in view and shown, one row each, and the same selection.
import { containsCoordinate } from "ol/extent.js";
import { toGeographic } from "./base.js";

const MOST_ROWS = 200;
const RANK = { entry: 0, allotted: 1, open: 2, unserved: 3, other: 4, hold: 5, protected: 6, region: 7, "region-nominal": 8 };

/** Keeps the rows of `body` equal to what `shown` has in view; `choose` is called with the id of a row's button. */
export class Table {
  constructor(body, { words, format, addresses, choose }) {
    Object.assign(this, { body, words, format, addresses, choose, rows: new Map() });
  }

  /** Show these features; says how many there are and how many of them have a row. */
  show(features, extent, shown) {
    const found = features.filter((feature) => shown.has(feature) && containsCoordinate(extent, feature.get("middle")));
    found.sort((one, other) => RANK[one.get("kind")] - RANK[other.get("kind")]);
    const chosen = found.slice(0, MOST_ROWS);
    const selected = found.find((feature) => feature.get("id") === shown.selected);
    if (selected && !chosen.includes(selected)) chosen.unshift(selected);
    this.replace(chosen.map((feature) => this.row(feature)));
    this.mark(shown.selected);
    return { total: found.length, listed: chosen.length };
  }

  /** The same rows again lose neither the focus nor their place. */
  replace(rows) {
    const focused = document.activeElement;
    const old = [...this.body.children];
    if (old.length === rows.length && old.every((row, index) => row === rows[index])) return;
    this.body.replaceChildren(...rows);
    if (focused !== document.activeElement && this.body.contains(focused)) focused.focus({ preventScroll: true });
  }

  /** Marks the row of the thing selected, and brings it into sight. */
  mark(id) {
    for (const [key, row] of this.rows) {
      const isIt = key === id;
      row.classList.toggle("registry-live__row--selected", isIt);
      row.querySelector("button").setAttribute("aria-pressed", String(isIt));
    }
    const row = this.rows.get(id);
    if (row?.isConnected) reveal(row);
  }

  row(feature) {
    const id = feature.get("id");
    if (!this.rows.has(id)) this.rows.set(id, this.made(feature));
    return this.rows.get(id);
  }

  made(feature) {
    const row = document.createElement("tr");
    row.dataset.id = feature.get("id");
    const isSite = Boolean(feature.get("claim"));
    const button = element("button", "registry-live__choose", feature.get(isSite ? "id" : "name"));
    button.classList.toggle("registry-live__choose--id", isSite);
    button.type = "button";
    button.addEventListener("click", () => this.choose(feature.get("id")));
    const head = element("th");
    head.scope = "row";
    head.append(button);
    row.append(head, this.what(feature), this.where(feature));
    return row;
  }

  what(feature) {
    const cell = element("td");
    const address = this.address(feature);
    if (address) {
      const name = element("a", "govuk-link", feature.get("name"));
      name.href = address;
      cell.append(name);
    }
    cell.append(element("span", "registry-live__line", this.kind(feature)));
    return cell;
  }

  where(feature) {
    const cell = element("td");
    for (const line of this.lines(feature)) cell.append(element("span", "registry-live__line", line));
    return cell;
  }

  /** Position, days and distances of a feature, a line each. */
  lines(feature) {
    const lines = [this.format.place(toGeographic(feature.get("middle")))];
    const start = feature.get("start");
    if (start !== undefined && start !== null) lines.push(this.format.period(start, feature.get("until")));
    const distances = feature.get("keep_outs_m") ?? [feature.get("keep_out_m")].filter((metres) => metres && feature.get("enforced") !== false);
    if (distances.length) lines.push(this.format.keptClear(distances));
    if (feature.get("uncertainty_m")) lines.push(this.format.uncertain(feature.get("uncertainty_m")));
    return lines;
  }

  /** What kind of thing a feature is, in words. */
  kind(feature) {
    return this.words.kinds[feature.get("kind") === "protected" && !feature.get("enforced") ? "uncertain" : feature.get("kind")];
  }

  address(feature) {
    const { claim, entry } = this.addresses;
    if (feature.get("entry")) return entry.replace("ID", encodeURIComponent(feature.get("entry")));
    return feature.get("claim") ? claim.replace("ID", encodeURIComponent(feature.get("claim"))) : null;
  }
}

/** Scrolls the box around the row, and never the page. */
function reveal(row) {
  const box = row.closest("[data-rows-box]");
  const above = row.getBoundingClientRect().top - box.getBoundingClientRect().top - 40;
  const below = row.getBoundingClientRect().bottom - box.getBoundingClientRect().bottom;
  if (above < 0) box.scrollTop += above;
  else if (below > 0) box.scrollTop += below;
}

function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}
