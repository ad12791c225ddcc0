import { readdirSync } from "node:fs";
import type { Requirement } from "./support/requirement.ts";

/**
 * Every promise of Harness, joined from the files of `test/requirements/`. A promise marked `done` that no passing
 * test cites fails `npm test`; what is `planned` is promised for later.
 */
export const requirements: readonly Requirement[] = await joined();

async function joined(): Promise<Requirement[]> {
  const folder = new URL("./requirements/", import.meta.url);
  const all: Requirement[] = [];
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith(".ts")) continue;
    const lists: Record<string, readonly Requirement[]> = await import(new URL(name, folder).href);
    for (const list of Object.values(lists)) all.push(...list);
  }
  return all;
}
