import {
  commonErrors,
  errorCatalogue,
  eventData,
  NotificationMessage,
  type Operation,
  operations,
  streams,
} from "@harness/protocol";
import { renderConfigReference } from "../packages/server/src/config/index.ts";
import { clientPage } from "./client-page.ts";
import { mcpPage } from "./mcp-page.ts";
import { fieldTable, page, table } from "./page-text.ts";
import { rpcPage } from "./rpc-page.ts";
import { rulesPage } from "./rules-page.ts";
import { fieldsOf, namedSchemas, schemaText } from "./schema-text.ts";

/** The generated pages of `docs/reference`, by file name. */
export function referencePages(): Record<string, string> {
  return {
    "operations.md": operationsPage(),
    "streams.md": streamsPage(),
    "rpc.md": rpcPage(),
    "client.md": clientPage(),
    "rules.md": rulesPage(),
    "events.md": eventsPage(),
    "schemas.md": schemasPage(),
    "errors.md": errorsPage(),
    "mcp.md": mcpPage(),
    "configuration.md": `${renderConfigReference().trim()}\n`,
  };
}

function operationsPage(): string {
  const rows = Object.entries<Operation>(operations);
  const overview = table(
    ["operation", "HTTP", "command", "scope", ""],
    rows.map(([name, row]) => [
      `[\`${name}\`](#${anchor(name)})`,
      `\`${row.http[0]}\``,
      row.cli ? `\`harness ${row.cli}\`` : "",
      row.scope,
      row.summary,
    ]),
  );
  const common = `Any operation may also answer ${commonErrors.map((code) => `\`${code}\``).join(", ")}. Unknown parameters are refused by name.`;
  return page("Operations", "Every capability, from the operation table in `packages/protocol`.", [
    overview,
    common,
    ...rows.map(([name, row]) => operationSection(name, row)),
  ]);
}

function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z0-9 _-]/g, "")
    .replaceAll(" ", "-");
}

function operationSection(name: string, row: Operation): string {
  const facts = [
    `\`${row.http[0]}\` → ${row.status ?? 200}`,
    ...row.http.slice(1).map((route) => `also \`${route}\``),
    ...(row.cli ? [`\`harness ${row.cli}\``] : []),
    `scope ${row.scope}`,
    ...(row.idempotent ? ["takes an `Idempotency-Key`"] : []),
  ];
  const params = fieldsOf(row.params, "input");
  const results = fieldsOf(row.result, "output");
  const parts = [`## ${name}`, `${row.summary}.`, facts.join(" · ")];
  if (params.length > 0) parts.push(fieldTable(params, true));
  parts.push(
    results.length > 0
      ? `Result:\n\n${fieldTable(results, false)}`
      : `Result: ${schemaText(row.result, "output")}`,
  );
  if (row.errors.length > 0) parts.push(`Errors: ${row.errors.map((code) => `\`${code}\``).join(", ")}`);
  return parts.join("\n\n");
}

function streamsPage(): string {
  const sections = Object.values(streams).map((stream) => {
    const fields = fieldsOf(stream.params, "input");
    const parts = [`## ${stream.path}`, `${stream.summary}.`, `${stream.transport} · scope ${stream.scope}`];
    if (fields.length > 0) parts.push(fieldTable(fields, true));
    parts.push(`Frame: ${schemaText(stream.frame, "output")}`);
    return parts.join("\n\n");
  });
  const intro =
    "Live feeds of the event log. Each is resumable: `Last-Event-ID` or `after_seq` names the last `seq` a client has.";
  return page("Streams", intro, sections);
}

function eventsPage(): string {
  const envelope = "`seq`, `at`, `type`, `project_id`, `task_id`, `thread_id`, `turn_id`, `actor` and `data`";
  const sections = Object.entries(eventData).map(
    ([type, schema]) => `## ${type}\n\n${fieldTable(fieldsOf(schema, "output"), false)}`,
  );
  return page("Events", `Each event carries ${envelope}; this is \`data\` by type.`, sections);
}

function schemasPage(): string {
  const all = [
    ...Object.values<Operation>(operations).flatMap((row) => [row.params, row.result]),
    ...Object.values(streams).map((stream) => stream.frame),
    NotificationMessage,
  ];
  const sections = namedSchemas(all)
    // An event is the envelope and the data of its type: both are on the page of events.
    .filter(({ name }) => name !== "Event")
    .map(({ name, description, fields, shapes }) => {
      const parts = [`## ${name}`];
      if (description) parts.push(description);
      if (fields.length > 0) parts.push(fieldTable(fields, false));
      if (shapes.length > 0) parts.push(shapes.map((shape) => `- ${shape}`).join("\n"));
      return parts.join("\n\n");
    });
  return page("Schemas", "The named shapes that operations and streams refer to.", sections);
}

function errorsPage(): string {
  const rows = Object.entries(errorCatalogue).map(([code, { http, rpc, retry, summary }]) => [
    `\`${code}\``,
    String(http),
    String(rpc),
    retry.replace("_", " a "),
    summary,
  ]);
  const intro =
    "Every failure a caller can meet; HTTP errors are RFC 9457 problem documents with `code` and, where one is at fault, `field`.";
  return page("Errors", intro, [table(["code", "HTTP", "JSON-RPC", "repeat", ""], rows)]);
}
