import { gzipSync } from "node:zlib";
import type { BenchRow, Measurement } from "../row.ts";
import { webBench } from "../web.ts";

/** A phone on a slow line gets the board soon: what it does not show yet is loaded when it is asked for. */
export const row: BenchRow = {
  id: "bench.web-load",
  title: "script loaded by the first visit to the board, gzip",
  goal: "< 250 kB",
  run: measure,
};

async function measure(): Promise<Measurement> {
  await using bench = await webBench();
  let bytes = 0;
  let files = 0;
  await bench.visit(async (page, loginUrl) => {
    const sizes: Promise<number>[] = [];
    page.on("response", (response) => {
      if (response.request().resourceType() === "script")
        sizes.push(response.body().then((body) => gzipSync(body).length));
    });
    await page.goto(loginUrl);
    await page.getByRole("heading", { level: 1, name: "Board" }).waitFor();
    await page.waitForFunction("performance.getEntriesByType('resource').length > 0");
    files = sizes.length;
    for (const size of await Promise.all(sizes)) bytes += size;
  });
  const value = bytes / 1000;
  return { value, unit: "kB", met: value < 250, note: `${files} files` };
}
