// `npm run docs` writes docs/reference from the tables; with --check it fails when a page is stale.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { referencePages } from "./reference-pages.ts";

const folder = join(import.meta.dirname, "..", "docs", "reference");
const check = process.argv.includes("--check");
const pages = referencePages();

mkdirSync(folder, { recursive: true });
const surplus = readdirSync(folder).filter((name) => !Object.hasOwn(pages, name));
const stale = Object.entries(pages).filter(([name, text]) => current(name) !== text);
if (check) {
  for (const name of [...stale.map(([page]) => page), ...surplus]) {
    console.error(`docs/reference/${name} is stale. Run: npm run docs`);
    process.exitCode = 1;
  }
} else {
  for (const name of surplus) rmSync(join(folder, name));
  for (const [name, text] of stale) writeFileSync(join(folder, name), text);
  console.log(`docs/reference: ${stale.length} of ${Object.keys(pages).length} pages written.`);
}

function current(name: string): string | undefined {
  try {
    return readFileSync(join(folder, name), "utf8");
  } catch {
    return undefined;
  }
}
