import { load } from "../load.ts";
import { withTempDir } from "../measure.ts";
import type { BenchRow, Measurement } from "../row.ts";
import { multiplyTasks, seedDataDir } from "../seed.ts";
import { call, type StartedServer, startHarness } from "../server.ts";

const TASKS = 100_000;
const DEEP_PAGES = 100;
const CONNECTIONS = 4;
const SECONDS = 4;

/** A list must cost the same whatever is behind it. */
export const row: BenchRow = {
  id: "bench.list",
  title: "GET /tasks?limit=50 with 100k tasks, p99",
  goal: "< 20 ms, flat in table size",
  run: () => withTempDir(measure),
};

async function measure(folder: string): Promise<Measurement> {
  const { dataDir, taskId } = await seedDataDir(folder);
  multiplyTasks(dataDir, taskId, 1000);
  const small = await (async () => {
    await using server = await startHarness(dataDir);
    return await list(server, "");
  })();
  multiplyTasks(dataDir, taskId, TASKS);
  await using server = await startHarness(dataDir);
  const first = await list(server, "");
  const deep = await list(server, `&cursor=${encodeURIComponent(await deepCursor(server))}`);
  const value = Math.max(first.p99, deep.p99);
  return {
    value,
    unit: "ms",
    floor: { name: "the same with 1k tasks", value: small.p99 },
    met: value < 20 && first.failed + deep.failed === 0,
    note: `${CONNECTIONS} connections, ${Math.round(first.perSecond)}/s; ${DEEP_PAGES * 500} rows deep p99 ${deep.p99} ms`,
  };
}

function list(server: StartedServer, more: string) {
  const url = `${server.url}/tasks?limit=50${more}`;
  return load({ url, token: server.token, connections: CONNECTIONS, seconds: SECONDS });
}

async function deepCursor(server: StartedServer): Promise<string> {
  let cursor = "";
  for (let page = 0; page < DEEP_PAGES; page += 1) {
    const more = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
    const answer = await call<{ page: { next_cursor: string } }>(server, "GET", `/tasks?limit=500${more}`);
    cursor = answer.page.next_cursor;
  }
  return cursor;
}
