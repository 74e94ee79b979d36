// The map page.
import { openMap } from "./base.js";

const frame = document.querySelector("[data-map]");
if (frame) openMap(frame);
