// A scale bar that is true at the middle of the view: its ground length is its map length / k at that latitude.
import { scaleAt, toGeographic } from "./geodesy.js";

const LONGEST_PX = 160;

/** The longest round length (1, 2 or 5 times a power of ten) that fits, in ground metres. */
export function roundLength(most) {
  const power = 10 ** Math.floor(Math.log10(most));
  return [5, 2, 1].map((digit) => digit * power).find((length) => length <= most) ?? power;
}

/** Pixels that a ground length takes at a map point, at a resolution in map metres per pixel. */
export function pixelsOf(groundM, at, metresPerPixel) {
  return (groundM * scaleAt(at)) / metresPerPixel;
}

/** Keep the bar in `element` (parts `[data-bar]` and `[data-length]`) true to the view. */
export function keepScale(element, view, format) {
  const bar = element.querySelector("[data-bar]");
  const length = element.querySelector("[data-length]");
  const draw = () => {
    const centre = view.getCenter();
    const metresPerPixel = view.getResolution();
    const groundM = roundLength((LONGEST_PX * metresPerPixel) / scaleAt(centre));
    bar.style.inlineSize = `${pixelsOf(groundM, centre, metresPerPixel)}px`;
    element.dataset.groundM = groundM;
    length.textContent = format.scale(groundM, toGeographic(centre)[0]);
  };
  view.on(["change:center", "change:resolution"], draw);
  draw();
}
