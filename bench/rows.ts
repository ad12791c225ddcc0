import { readdirSync } from "node:fs";
import type { BenchRow } from "./row.ts";

/** Every row of `bench/rows`, in file order. */
export async function benchRows(): Promise<BenchRow[]> {
  const folder = new URL("./rows/", import.meta.url);
  const rows: BenchRow[] = [];
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith(".ts")) continue;
    const { row }: { row: BenchRow } = await import(new URL(name, folder).href);
    rows.push(row);
  }
  return rows;
}

/** The promises the bench proves. */
export async function benchRowIds(): Promise<string[]> {
  return (await benchRows()).map((row) => row.id);
}
