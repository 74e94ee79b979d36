// On paper the map has a size of its own: drawn anew for it, and as before afterwards.

/** Draws the map to fit the page while the browser prints. */
export function keepPrinting(map, target) {
  const resize = (isPrinting) => {
    const extent = map.getView().calculateExtent(map.getSize());
    target.classList.toggle("registry-mapframe__target--printing", isPrinting);
    map.updateSize();
    if (isPrinting) map.getView().fit(extent, { size: map.getSize() });
    map.renderSync();
  };
  let before = null;
  window.addEventListener("beforeprint", () => {
    before = { center: map.getView().getCenter(), resolution: map.getView().getResolution() };
    resize(true);
  });
  window.addEventListener("afterprint", () => {
    resize(false);
    map.getView().setCenter(before.center);
    map.getView().setResolution(before.resolution);
  });
}
