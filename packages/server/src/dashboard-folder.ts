import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Where the built dashboard lies: beside the bundle in a release (which is in pieces, some of them a folder deeper),
 * in its own package when the server runs from source. Null when it was not built.
 */
export function dashboardFolder(): string | null {
  const places = ["./dashboard/", "../dashboard/", "../../dashboard/dist/"];
  const folders = places.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  return folders.find((folder) => existsSync(`${folder}index.html`)) ?? null;
}
