import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Where the files of the example project lie: beside the bundle in a release, in `examples` from source. Null when they are missing. */
export function exampleFolder(): string | null {
  const places = ["./example/", "../example/", "../../../examples/demo/"];
  const folders = places.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  return folders.find((folder) => existsSync(`${folder}package.json`)) ?? null;
}
