// Writes the style sheet and the scripts of the pages to ../static/build. They appear under their final names only when
// all of them are whole.
import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import * as sass from "sass";

const here = path.dirname(fileURLToPath(import.meta.url));
const target = path.join(here, "..", "static", "build");

// Every page loads app.js; the others are for the pages that name them, and need nothing from one another.
const SCRIPTS = {
  "app.js": "app.js",
  "filing.js": "filing/draw.js",
  "map.js": "map/main.js",
};

function styles() {
  const { css } = sass.compile(path.join(here, "styles", "app.scss"), {
    loadPaths: [path.join(here, "node_modules")],
    quietDeps: true,
    style: "compressed",
  });
  for (const foreign of ["GDS Transport", "govuk-crest", "crown", "url("]) {
    if (css.includes(foreign)) throw new Error(`app.css must not contain "${foreign}"`);
  }
  return logical(css);
}

/** Sides by the direction of the script instead of left and right: GOV.UK Frontend is written for one direction only. */
function logical(css) {
  const side = { left: "start", right: "end" };
  return css
    .replace(/([;{])(margin|padding):([^\s;{}]+) ([^\s;{}]+) ([^\s;{}]+) ([^\s;{}]+)(?=[;}])/g, (_, before, what, top, end, bottom, start) =>
      `${before}${what}-block:${top} ${bottom};${what}-inline:${start} ${end}`)
    .replace(/\b(margin|padding|border)-(left|right)(?=[-:])/g, (_, what, name) => `${what}-inline-${side[name]}`)
    .replace(/([;{])(left|right):/g, (_, before, name) => `${before}inset-inline-${side[name]}:`)
    .replace(/\btext-align:(left|right)\b/g, (_, name) => `text-align:${side[name]}`)
    .replace(/\bfloat:(left|right)\b/g, (_, name) => `float:inline-${side[name]}`);
}

async function script(source) {
  const { outputFiles } = await build({
    entryPoints: [path.join(here, source)],
    bundle: true,
    format: "esm",
    legalComments: "none",
    minify: true,
    target: "es2020",
    write: false,
  });
  return outputFiles[0].text;
}

const files = { "app.css": styles() };
for (const [name, source] of Object.entries(SCRIPTS)) files[name] = await script(source);
await mkdir(target, { recursive: true });
for (const [name, text] of Object.entries(files)) await writeFile(path.join(target, `${name}.part`), text);
for (const name of Object.keys(files)) await rename(path.join(target, `${name}.part`), path.join(target, name));
