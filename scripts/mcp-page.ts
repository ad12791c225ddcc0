import {
  conversationTools,
  fixedResources,
  operationTools,
  prompts,
  resourceTemplates,
  seedTools,
  TASKS_EXTENSION,
  taskWaitTool,
  toolName,
} from "../packages/server/src/mcp/index.ts";
import { page, table } from "./page-text.ts";

/** What an agent host is offered at `/mcp` and by `harness mcp`. */
export function mcpPage(): string {
  return page("MCP", intro, [
    `## Tools\n\nThe parameters and results of a tool are those of its operation in [operations.md](operations.md); a result that is a list comes as \`{ "data": [...] }\`. A refused call is a result with \`isError\` and \`{ "error": { "code", "message", … } }\` as text.\n\n${toolTable()}`,
    `## Long waits\n\n${[taskWaitTool, ...conversationTools].map(({ name }) => `\`${name}\``).join(", ")} hold the call open; \`${taskWaitTool.name}\` reports progress. A host that takes handles gets one instead: of revision 2025-11-25 by asking for a task with the call, of 2026-07-28 by declaring the extension \`${TASKS_EXTENSION}\`. The handle is the id of the task or of the turn itself, good after a restart too. Cancelling a call leaves the work running; cancelling a handle stops it.`,
    `## Names of the seeds\n\nCalls by these names are understood. They are not listed, so that no host is offered one thing twice. The resources \`runs://recent\`, \`logs://task/ID/…\`, \`code://task/ID/…\`, \`tests://task/ID/…\` and \`report://task/ID\` are read as the tasks, a task's log, its diff, its evidence and the task.\n\n${seedTable()}`,
    `## Resources\n\nBoth revisions can subscribe to each by its address.\n\n${resourceTable()}`,
    `## Prompts\n\n${table(
      ["prompt", "arguments", ""],
      prompts.map(({ name, description = "", arguments: given = [] }) => [
        `\`${name}\``,
        given.map((one) => `\`${one.name}\`${one.required ? "" : " (may be left out)"}`).join(", "),
        description,
      ]),
    )}`,
  ]);
}

const intro = [
  "What an agent host is offered over Streamable HTTP at `/mcp`, with a token, and over stdio by `harness mcp`.",
  "Protocol revision 2026-07-28 is served without sessions; 2025-11-25 and older ones with them.",
].join(" ");

function toolTable(): string {
  const rows = [...operationTools().values()].map(({ operation, scope, tool }) => [
    `\`${tool.name}\``,
    `\`${operation}\``,
    scope,
    hints(tool.annotations),
    tool.description ?? "",
  ]);
  const own = [taskWaitTool, ...conversationTools].map(({ name, annotations, description }) => [
    `\`${name}\``,
    "",
    annotations.readOnlyHint ? "read" : "read, submit",
    hints(annotations),
    description,
  ]);
  return table(["tool", "operation", "scope", "hints", ""], [...rows, ...own]);
}

function hints(annotations: { readOnlyHint?: boolean; destructiveHint?: boolean } = {}): string {
  return [annotations.readOnlyHint ? "reads only" : "", annotations.destructiveHint ? "destructive" : ""]
    .filter(Boolean)
    .join(", ");
}

function seedTable(): string {
  return table(
    ["name", "seed", "stands for", "parameters there → here"],
    seedTools.map(({ name, seed, operation, params }) => [
      `\`${name}\``,
      String(seed),
      `\`${toolName(operation)}\``,
      Object.entries(params)
        .map(([theirs, ours]) => (theirs === ours ? `\`${ours}\`` : `\`${theirs}\` → \`${ours}\``))
        .join(", "),
    ]),
  );
}

function resourceTable(): string {
  const rows = [
    ...fixedResources.map(({ uri, title = "", mimeType = "" }) => [`\`${uri}\``, mimeType, title]),
    ...resourceTemplates.map(({ uriTemplate, title = "", mimeType = "" }) => [
      `\`${uriTemplate}\``,
      mimeType,
      title,
    ]),
  ];
  return table(["address", "type", ""], rows);
}
