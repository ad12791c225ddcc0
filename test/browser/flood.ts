import type { Page } from "playwright-core";
import type { Showcase } from "./showcase.ts";

/** Tenths of a second a flood lasts, and how much comes in each: 5,000 events a second. */
const TENTHS = 50;
const EACH = 500;
/** The number of the last event of a flood. */
export const lastOfFlood = TENTHS * EACH - 1;

type Append = Parameters<Parameters<Showcase["log"]["write"]>[0]>[0]["append"];

/** Writes 5,000 events a second for five seconds; answers how long it took (milliseconds). */
export async function flood(
  { log }: Pick<Showcase, "log">,
  event: (n: number) => Parameters<Append>[0],
): Promise<number> {
  const began = performance.now();
  for (let tenth = 0; tenth < TENTHS; tenth += 1) {
    await log.write(async (tx) => {
      for (let n = 0; n < EACH; n += 1) await tx.append(event(tenth * EACH + n));
    });
    const early = began + (tenth + 1) * 100 - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
  }
  return performance.now() - began;
}

/** Counts from now on what keeps the page from answering for more than 50 ms. */
export async function watchLongTasks(page: Page): Promise<() => Promise<number[]>> {
  await page.evaluate(`
    window.longTasks = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.longTasks.push(Math.round(entry.duration));
    }).observe({ type: "longtask" });
    undefined;
  `);
  return () => page.evaluate<number[]>("window.longTasks");
}

/** How many elements there are on the page. */
export function elementsOf(page: Page): Promise<number> {
  return page.evaluate<number>("document.querySelectorAll('*').length");
}

/** Tells how the page kept up; a figure for people, not a bound: machines differ. */
export function tellLongTasks(where: string, took: number, longTasks: readonly number[]): void {
  const long = longTasks.length === 0 ? "none" : longTasks.map((ms) => `${ms} ms`).join(", ");
  console.info(`${lastOfFlood + 1} events ${where} in ${Math.round(took)} ms; long tasks: ${long}`);
}
