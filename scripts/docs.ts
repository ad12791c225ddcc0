// `npm run docs` writes docs/reference and config/default.toml from the tables, and the figures of bench/RESULTS.md into the readme; with
// --check it fails when a page is stale.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderDefaultConfig } from "../packages/server/src/config/index.ts";
import { withFigures } from "./readme-figures.ts";
import { referencePages } from "./reference-pages.ts";

const root = join(import.meta.dirname, "..");
const folder = join(root, "docs", "reference");
const readmeFile = join(root, "README.md");
const defaultsFile = join(root, "config", "default.toml");
const check = process.argv.includes("--check");
const pages = referencePages();

mkdirSync(folder, { recursive: true });
const surplus = readdirSync(folder).filter((name) => !Object.hasOwn(pages, name));
const stale = Object.entries(pages).filter(([name, text]) => current(join(folder, name)) !== text);
const defaults = renderDefaultConfig();
const results = current(join(root, "bench", "RESULTS.md"));
const readme = current(readmeFile) ?? "";
const freshReadme = results === undefined ? readme : withFigures(readme, results);
if (check) {
  for (const name of [...stale.map(([page]) => page), ...surplus]) {
    console.error(`docs/reference/${name} is stale. Run: npm run docs`);
    process.exitCode = 1;
  }
  if (current(defaultsFile) !== defaults) {
    console.error("config/default.toml is stale. Run: npm run docs");
    process.exitCode = 1;
  }
  if (freshReadme !== readme) {
    console.error("The figures in README.md are stale. Run: npm run docs");
    process.exitCode = 1;
  }
} else {
  for (const name of surplus) rmSync(join(folder, name));
  for (const [name, text] of stale) writeFileSync(join(folder, name), text);
  writeFileSync(defaultsFile, defaults);
  if (freshReadme !== readme) writeFileSync(readmeFile, freshReadme);
  console.log(`docs/reference: ${stale.length} of ${Object.keys(pages).length} pages written.`);
}

function current(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
