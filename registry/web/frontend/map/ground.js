// Pictures of the ground under everything else: each is fetched when it is first wanted, from this register alone.
import ImageLayer from "ol/layer/Image.js";
import ImageStatic from "ol/source/ImageStatic.js";
import { PROJECTION } from "./base.js";

const ABOVE_AREA = 1; // the plain ground of the area is the lowest layer

/** Joins the boxes in `legend` (null where the register has no pictures) to layers of `map`. */
export function keepGround(legend, pictures, map) {
  if (!legend) return;
  const layers = new Map();
  for (const box of legend.querySelectorAll("input")) {
    const picture = pictures.find((one) => one.name === box.value);
    box.addEventListener("change", () => {
      if (!layers.has(box.value)) {
        layers.set(box.value, layerOf(picture));
        map.getLayers().insertAt(ABOVE_AREA, layers.get(box.value));
      }
      layers.get(box.value).setVisible(box.checked);
    });
  }
}

function layerOf({ address, extent }) {
  const source = new ImageStatic({ url: address, imageExtent: extent, projection: PROJECTION, interpolate: false });
  return new ImageLayer({ source, className: "registry-layer-pictures" });
}
