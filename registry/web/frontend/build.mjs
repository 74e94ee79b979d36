// Writes ../static/build/app.css and app.js. Both appear under their final names only when both are whole.
import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import * as sass from "sass";

const here = path.dirname(fileURLToPath(import.meta.url));
const target = path.join(here, "..", "static", "build");

function styles() {
  const { css } = sass.compile(path.join(here, "styles", "app.scss"), {
    loadPaths: [path.join(here, "node_modules")],
    quietDeps: true,
    style: "compressed",
  });
  for (const foreign of ["GDS Transport", "govuk-crest", "crown", "url("]) {
    if (css.includes(foreign)) throw new Error(`app.css must not contain "${foreign}"`);
  }
  return css;
}

async function script() {
  const { outputFiles } = await build({
    entryPoints: [path.join(here, "app.js")],
    bundle: true,
    format: "esm",
    legalComments: "none",
    minify: true,
    target: "es2020",
    write: false,
  });
  return outputFiles[0].text;
}

const files = { "app.css": styles(), "app.js": await script() };
await mkdir(target, { recursive: true });
for (const [name, text] of Object.entries(files)) await writeFile(path.join(target, `${name}.part`), text);
for (const name of Object.keys(files)) await rename(path.join(target, `${name}.part`), path.join(target, name));
