// What is shown: the layers that are switched on, and on one day only what is planned or in force on it.

export const PHASES = ["landing", "build-up", "operation", "ascent", "disposal"];
export const OTHER_PHASE = "other-phase";
const TOGGLES = { entry: "entries", allotted: "proposal", open: "choices", unserved: "choices" };

/** The switch of the legend that a feature hangs on. */
export function toggleOf(feature) {
  const layer = feature.get("layer");
  if (layer === "zones") return PHASES.includes(feature.get("phase")) ? feature.get("phase") : OTHER_PHASE;
  return TOGGLES[feature.get("kind")] ?? layer;
}

/** Whether a feature is there on a day; null is any day, and what has no days is always there. */
export function isThere(feature, day) {
  const start = feature.get("start");
  return day === null || start === undefined || start === null || (start <= day && day < feature.get("until"));
}

/** State of the page: the switches that are on, the day, the thing selected; tells those who listen. */
export class Shown {
  constructor({ layers, day = null, selected = null }) {
    this.layers = new Set(layers);
    this.day = day;
    this.selected = selected;
    this.listeners = [];
  }

  /** Call `listener` after every change. */
  onChange(listener) {
    this.listeners.push(listener);
  }

  /** Set some of `day`, `selected` and `layers`. */
  set(values) {
    Object.assign(this, values);
    for (const listener of this.listeners) listener(this, values);
  }

  /** Switch a layer on or off. */
  toggle(layer, isOn) {
    if (isOn) this.layers.add(layer);
    else this.layers.delete(layer);
    this.set({ layers: this.layers });
  }

  /** Whether a feature is shown. */
  has(feature) {
    return this.layers.has(toggleOf(feature)) && isThere(feature, this.day);
  }
}
