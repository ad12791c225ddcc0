import type { Page } from "playwright-core";
import { elementsOf, flood, lastOfFlood, watchLongTasks } from "../../test/browser/flood.ts";
import type { BenchRow, Measurement } from "../row.ts";
import { type WebBench, webBench } from "../web.ts";

const MOST_ELEMENTS = 1_500;
const LONGEST_MS = 250;
/** Floods in a row: ten seconds. */
const FLOODS = 2;

/** However fast agents write, the page answers whoever watches them. */
export const row: BenchRow = {
  id: "bench.web-flood",
  title: "5,000 events a second for 10 s into the open log of a task: longest task of the page",
  goal: `< ${LONGEST_MS} ms, at most ${MOST_ELEMENTS.toLocaleString("en-US")} elements, clicks answered, the last event shown`,
  run: measure,
};

async function measure(): Promise<Measurement> {
  await using bench = await webBench();
  const { world } = bench;
  const task_id = await world.submit("think long");
  const { turns, project_id } = await world.until(task_id, (task) => task.turns.length > 0);
  const turn = turns[0];
  if (!turn) throw new Error("The task has no turn.");
  const scope = { project_id, task_id, thread_id: turn.thread_id, turn_id: turn.id, actor: "anthropic_api" };
  return await watched(bench, task_id, (from) =>
    flood(world, (n) => ({
      ...scope,
      type: "item.completed",
      data: { item: { id: `said ${from + n}`, kind: "message", text: `line ${from + n} of the flood` } },
    })),
  );
}

async function watched(
  { visit, world }: WebBench,
  task_id: string,
  pour: (from: number) => Promise<number>,
): Promise<Measurement> {
  let measured: Measurement | undefined;
  await visit(async (page, loginUrl) => {
    await page.goto(loginUrl);
    await page.goto(new URL(`/ui/tasks/${task_id}?tab=logs`, world.server.url).href);
    await page.getByRole("region", { name: "Events" }).getByText("turn.started").waitFor();
    const longTasks = await watchLongTasks(page);
    const clicking = new AbortController();
    const answered = clicks(page, clicking.signal);
    // When the flood fails, that is told, and not that the clicks were cut off by it.
    answered.catch(() => {});
    let took = 0;
    for (let one = 0; one < FLOODS; one += 1) took += await pour(one * (lastOfFlood + 1));
    await page
      .getByText(`line ${FLOODS * (lastOfFlood + 1) - 1} of the flood`)
      .first()
      .waitFor();
    clicking.abort();
    const elements = await elementsOf(page);
    measured = judged(took, await longTasks(), elements, await answered);
  });
  if (!measured) throw new Error("The page was not looked at.");
  await world.client.call("task/cancel", { task_id });
  return measured;
}

/** Opens and closes the help all the while; answers how long each took. */
async function clicks(page: Page, signal: AbortSignal): Promise<number[]> {
  const times: number[] = [];
  while (!signal.aborted) {
    const begun = performance.now();
    await page.getByRole("button", { name: "Show the keys" }).click();
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    times.push(performance.now() - begun);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.waitForTimeout(500);
  }
  return times;
}

function judged(
  took: number,
  longTasks: readonly number[],
  elements: number,
  answered: readonly number[],
): Measurement {
  const value = Math.max(0, ...longTasks);
  const events = FLOODS * (lastOfFlood + 1);
  return {
    value,
    unit: "ms",
    met: value < LONGEST_MS && elements <= MOST_ELEMENTS && answered.length > 0,
    note: `${longTasks.length} tasks over 50 ms; ${events.toLocaleString("en-US")} events in ${(took / 1000).toFixed(1)} s; ${elements} elements; ${answered.length} clicks, the slowest answered in ${Math.round(Math.max(...answered))} ms`,
  };
}
