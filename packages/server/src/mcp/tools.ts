import { type Operation, type OperationName, operations, type Scope } from "@harness/protocol";
import type { Tool } from "@modelcontextprotocol/server";
import { inputSchema, isList, outputSchema } from "./tool-schemas.ts";

/** A tool that is one operation. */
export interface OperationTool {
  readonly operation: OperationName;
  readonly scope: Scope;
  /** Whether the result is a list, sent as `{ data: [...] }`. */
  readonly list: boolean;
  readonly tool: Tool;
}

/** The name agent hosts know an operation by: no host takes a slash in one. */
export function toolName(operation: string): string {
  return operation.replaceAll("/", "_");
}

/** Every operation an agent host is offered, by the name of its tool. */
export function operationTools(): ReadonlyMap<string, OperationTool> {
  const tools = new Map<string, OperationTool>();
  for (const [operation, row] of Object.entries<Operation>(operations)) {
    if (!row.mcp) continue;
    const name = toolName(operation);
    tools.set(name, {
      operation: operation as OperationName,
      scope: row.scope,
      list: isList(row.result),
      tool: {
        name,
        title: row.summary,
        description: row.guide === undefined ? `${row.summary}.` : `${row.summary}. ${row.guide}`,
        inputSchema: inputSchema(row.params),
        outputSchema: outputSchema(row.result),
        annotations: annotationsOf(row),
      },
    });
  }
  return tools;
}

/** What a host may think of a call before it is made. No tool reaches anything but this server. */
export function annotationsOf(row: Pick<Operation, "scope" | "destructive">): Tool["annotations"] {
  const reads = row.scope === "read" || row.scope === "open";
  return {
    readOnlyHint: reads,
    destructiveHint: row.destructive === true,
    idempotentHint: reads || row.destructive === true,
    openWorldHint: false,
  };
}
