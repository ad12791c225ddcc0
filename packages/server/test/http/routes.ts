import { type OperationName, operations, parseRoute, streams } from "@harness/protocol";

/** One route of the tables with every path parameter filled in. */
export interface Walked {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly scope: string;
}

/** Every route of the operation and stream tables, and the pages beside them. */
export const everyRoute: readonly Walked[] = [
  ...(Object.keys(operations) as OperationName[]).flatMap((name) =>
    operations[name].http.map((route) => {
      const { method, path } = parseRoute(route);
      return { name, method, path: filled(path), scope: operations[name].scope };
    }),
  ),
  ...Object.entries(streams).map(([name, row]) => ({
    name: `stream ${name}`,
    method: "GET",
    path: filled(row.path),
    scope: row.scope,
  })),
  { name: "openapi", method: "GET", path: "/openapi.json", scope: "read" },
  { name: "docs", method: "GET", path: "/docs", scope: "read" },
];

/** What anybody may ask; nothing else. */
export const openPaths = ["/health", "/healthz", "/readyz", "/", "/style.css", "/login"];

function filled(path: string): string {
  return path.replace("{task_id}", "task_01JZZZZZZZZZZZZZZZZZZZZZZZ").replace(/\{\w+\}/g, "demo");
}
