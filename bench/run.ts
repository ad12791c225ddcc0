// `npm run bench [-- part of an id …]`: measures each row in a process of its own, prints figure and floor side by
// side and, when all rows were run, writes bench/RESULTS.md. A goal that is missed fails the command.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { shown } from "./measure.ts";
import type { BenchRow, Measurement } from "./row.ts";
import { benchRows } from "./rows.ts";

const [first, ...others] = process.argv.slice(2);
if (first === "--row") await measureHere(others[0] ?? "");
else await measureAll(first === undefined ? [] : [first, ...others]);

async function measureHere(id: string): Promise<void> {
  const row = (await benchRows()).find((candidate) => candidate.id === id);
  if (!row) throw new Error(`There is no row ${id}.`);
  process.stdout.write(`\n${JSON.stringify(await row.run())}\n`);
}

async function measureAll(filters: readonly string[]): Promise<void> {
  const rows = (await benchRows()).filter(
    (row) => filters.length === 0 || filters.some((filter) => row.id.includes(filter)),
  );
  const lines: string[] = [];
  for (const row of rows) {
    process.stderr.write(`${row.id} …\n`);
    const line = describe(row, measureApart(row));
    lines.push(line);
    console.log(line);
  }
  if (filters.length > 0) return;
  writeFileSync(join(import.meta.dirname, "RESULTS.md"), resultsPage(lines));
  console.log("Written to bench/RESULTS.md.");
}

function measureApart(row: BenchRow): Measurement | undefined {
  const run = spawnSync(process.execPath, [import.meta.filename, "--row", row.id], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (run.status !== 0) return undefined;
  return JSON.parse(run.stdout.trim().split("\n").at(-1) ?? "");
}

function describe(row: BenchRow, measured: Measurement | undefined): string {
  if (!measured?.met) process.exitCode = 1;
  if (!measured) return `| ${row.title} | ${row.goal} | failed to run | | **no** | |`;
  const floor = measured.floor ? `${measured.floor.name}: ${shown(measured.floor.value, measured.unit)}` : "";
  const met = measured.met ? "yes" : "**no**";
  return `| ${row.title} | ${row.goal} | ${shown(measured.value, measured.unit)} | ${floor} | ${met} | ${measured.note ?? ""} |`;
}

function resultsPage(lines: readonly string[]): string {
  const processor = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `# Results

Written by \`npm run bench\`; each figure stands beside its floor, measured in the same run.

Machine: ${processor.length} cores (${processor[0]?.model.trim()}), ${memory} GB, ${process.platform} ${release()}, Node ${process.versions.node}. Date: ${new Date().toISOString().slice(0, 10)}.

| what | goal | measured | floor | met | note |
|---|---|---|---|---|---|
${lines.join("\n")}
`;
}
