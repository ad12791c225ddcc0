import type { OperationName } from "@harness/protocol";
import type { CallToolResult } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { Read } from "./resources.ts";
import { toolResult } from "./tool-result.ts";

/** What seed 3 called what is said to a task, and the work asked for. */
const words = { task_id: "task_id", guidance: "guidance", answer: "guidance", message: "guidance" };
const work = { goal: "prompt", requirements: "prompt", answers: "answers" };

/**
 * Names the seeds gave to tools that are here under another: a call by the old name still works. They are not listed,
 * so that no host is offered one thing twice. `stream_task_progress` has no row: `task_wait` reports progress.
 */
export const seedTools: readonly SeedTool[] = [
  tool(0, "run_task", "task/create", { task: "prompt" }, { task_id: "run_id" }),
  tool(0, "run_orchestrated", "task/create", { task: "prompt" }, { task_id: "run_id" }),
  tool(0, "get_run", "task/get", { run_id: "task_id" }, { id: "run_id" }),
  tool(3, "start_coding_task", "task/create", work),
  tool(3, "answer_requirement", "task/intervene", words),
  tool(3, "get_task_status", "task/get", { task_id: "task_id" }),
  tool(3, "intervene_in_task", "task/intervene", words),
  tool(3, "cancel_task", "task/cancel", { task_id: "task_id", reason: "reason" }),
  tool(3, "code_intern_start_task", "task/create", work),
  tool(3, "code_intern_answer", "task/intervene", words),
  tool(3, "code_intern_get_status", "task/get", { task_id: "task_id" }),
  tool(3, "code_intern_get_logs", "event/query", { task_id: "task_id" }),
  tool(3, "code_intern_intervene", "task/intervene", words),
  tool(3, "code_intern_stop_task", "task/cancel", { task_id: "task_id", reason: "reason" }),
  tool(3, "code_intern_get_results", "task/results", { task_id: "task_id" }),
];

/** One of them: its parameters and what of the result it called otherwise, by their names here. */
interface SeedTool {
  readonly name: string;
  readonly seed: number;
  readonly operation: OperationName;
  readonly params: Readonly<Record<string, string>>;
  readonly result: Readonly<Record<string, string>>;
}

function tool(
  seed: number,
  name: string,
  operation: OperationName,
  params: SeedTool["params"],
  result: SeedTool["result"] = {},
): SeedTool {
  return { seed, name, operation, params, result };
}

/** The resource here that seed 3 had at another address; any other address is left as it is. */
export function seedAddress(uri: string): string {
  const [, kind, task] = /^(logs|code|tests|report):\/\/task\/(\w+)(?:\/[\w./-]*)?$/.exec(uri) ?? [];
  if (kind === undefined || task === undefined) return uri === "runs://recent" ? "harness://tasks" : uri;
  const parts: Readonly<Record<string, string>> = { logs: "/log", code: "/diff", tests: "/evidence" };
  return `harness://tasks/${task}${parts[kind] ?? ""}`;
}

/** What runs a tool by its old name; undefined when no seed named one so. */
export function seedCall(
  name: string,
  read: Read,
): ((given: Record<string, unknown>) => Promise<CallToolResult>) | undefined {
  const known = seedTools.find((one) => one.name === name);
  if (known === undefined) return undefined;
  return async (given) => {
    // A parameter the seed did not have keeps its name and is refused, or understood, by the operation.
    const params = Object.fromEntries(
      Object.entries(given).map(([key, value]) => [known.params[key] ?? key, value]),
    );
    const result = z.record(z.string(), z.unknown()).parse(await read(known.operation, params as never));
    const old = Object.entries(known.result).map(([ours, theirs]) => [theirs, result[ours]]);
    return toolResult({ ...result, ...Object.fromEntries(old) });
  };
}
