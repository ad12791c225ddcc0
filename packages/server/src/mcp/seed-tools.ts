import type { OperationName } from "@harness/protocol";
import type { CallToolResult } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { Read } from "./resources.ts";
import { toolResult } from "./tool-result.ts";

/**
 * Names the seeds gave to tools that are here under another: a call by the old name still works. They are not listed,
 * so that no host is offered one thing twice. What has no row is not worth a name of its own: `answer_requirement`
 * and `intervene_in_task` asked and steered a loop that only that seed had.
 */
export const seedTools: readonly SeedTool[] = [
  {
    name: "run_task",
    seed: 0,
    operation: "task/create",
    params: { task: "prompt" },
    result: { task_id: "run_id" },
  },
  {
    name: "run_orchestrated",
    seed: 0,
    operation: "task/create",
    params: { task: "prompt" },
    result: { task_id: "run_id" },
  },
  {
    name: "get_run",
    seed: 0,
    operation: "task/get",
    params: { run_id: "task_id" },
    result: { id: "run_id" },
  },
  {
    name: "start_coding_task",
    seed: 3,
    operation: "task/create",
    params: { requirements: "prompt" },
    result: {},
  },
  { name: "get_task_status", seed: 3, operation: "task/get", params: { task_id: "task_id" }, result: {} },
  {
    name: "cancel_task",
    seed: 3,
    operation: "task/cancel",
    params: { task_id: "task_id", reason: "reason" },
    result: {},
  },
];

/** One of them: its parameters and what of the result it called otherwise, by their names here. */
interface SeedTool {
  readonly name: string;
  readonly seed: number;
  readonly operation: OperationName;
  readonly params: Readonly<Record<string, string>>;
  readonly result: Readonly<Record<string, string>>;
}

/** What runs a tool by its old name; undefined when no seed named one so. */
export function seedCall(
  name: string,
  read: Read,
): ((given: Record<string, unknown>) => Promise<CallToolResult>) | undefined {
  const tool = seedTools.find((one) => one.name === name);
  if (tool === undefined) return undefined;
  return async (given) => {
    // A parameter the seed did not have keeps its name and is refused, or understood, by the operation.
    const params = Object.fromEntries(
      Object.entries(given).map(([key, value]) => [tool.params[key] ?? key, value]),
    );
    const result = z.record(z.string(), z.unknown()).parse(await read(tool.operation, params as never));
    const old = Object.entries(tool.result).map(([ours, theirs]) => [theirs, result[ours]]);
    return toolResult({ ...result, ...Object.fromEntries(old) });
  };
}
