// The address says what is shown: view=x,y,metres-per-pixel, layers=..., day=..., site=...

/** What the address asks for; parts that it leaves out, or that make no sense, are undefined. */
export function read(address, { known, days }) {
  const asked = new URL(address).searchParams;
  const numbers = (asked.get("view") ?? "").split(",").map(Number);
  const isView = asked.has("view") && numbers.length === 3 && numbers.every(Number.isFinite) && numbers[2] > 0;
  const day = Number(asked.get("day") || NaN);
  return {
    view: isView ? { center: numbers.slice(0, 2), resolution: numbers[2] } : undefined,
    layers: asked.has("layers") ? asked.get("layers").split(",").filter((name) => known.includes(name)) : undefined,
    day: Number.isInteger(day) && day >= 0 && day <= days ? day : undefined,
    selected: asked.get("site") ?? undefined,
  };
}

/** The address of what is shown; parts that are as the page has them by itself are left out. */
export function written(address, { view, shown, usual, isMoved }) {
  const made = new URL(address);
  const put = (name, value) => (value === null ? made.searchParams.delete(name) : made.searchParams.set(name, value));
  const [x, y] = view.getCenter();
  put("view", isMoved ? [Math.round(x), Math.round(y), Number(view.getResolution().toPrecision(6))].join(",") : null);
  const layers = [...shown.layers].sort().join(",");
  put("layers", layers === [...usual].sort().join(",") ? null : layers);
  put("day", shown.day === null ? null : String(shown.day));
  put("site", shown.selected);
  // Commas and slashes are allowed in a query, and easier to read.
  made.search = made.search.replaceAll("%2C", ",").replaceAll("%2F", "/");
  return made.href;
}
