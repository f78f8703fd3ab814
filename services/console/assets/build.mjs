// Builds what the pages load into dist/: each file under the hash of its content, a manifest of the names, the licences.
// Two clean builds give identical bytes, so a page can be cached for ever and still never be stale.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const htmx = join(here, "node_modules", "htmx.org");
const withoutMap = (text) => text.replace(/^\/\/# sourceMappingURL=.*$/gm, "");
const read = (...parts) => withoutMap(readFileSync(join(...parts), "utf8"));

const outputs = {
  "console.js": [
    read(htmx, "dist", "htmx.min.js"),
    read(htmx, "dist", "ext", "hx-sse.min.js"),
    read(here, "console.js"),
  ].join(";\n"),
  "console.css": read(here, "console.css"),
  "icon.svg": read(here, "icon.svg"),
  "licences.txt": `htmx.org 4.0.1\n\n${read(htmx, "LICENSE")}`,
};

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
const manifest = {};
for (const [name, text] of Object.entries(outputs)) {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 12);
  manifest[name] = name.replace(/(\.\w+)$/, `.${hash}$1`);
  writeFileSync(join(dist, manifest[name]), text);
}
writeFileSync(join(dist, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
