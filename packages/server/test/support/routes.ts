import { operations, parseRoute, rpcPath, streams } from "@harness/protocol";

/** One way into the server, made from the tables, with stand-ins for the parts of its path. */
export interface Way {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** True when no token is needed. */
  readonly open: boolean;
}

const STAND_INS: Readonly<Record<string, string>> = {
  task_id: "task_01ARZ3NDEKTSV4RRFFQ69G5FAV",
  project: "app",
  report_id: "latest",
};

/** Every route of every operation and stream, and the pages beside them. */
export function everyWay(): Way[] {
  const fill = (path: string) => path.replace(/\{(\w+)\}/g, (_, name: string) => STAND_INS[name] ?? "x");
  const ways: Way[] = [];
  for (const [name, row] of Object.entries(operations)) {
    for (const route of row.http) {
      const { method, path } = parseRoute(route);
      ways.push({ name, method, path: fill(path), open: row.scope === "open" });
    }
  }
  for (const [name, row] of Object.entries(streams))
    ways.push({ name: `stream ${name}`, method: "GET", path: fill(row.path), open: false });
  ways.push({ name: "rpc", method: "POST", path: rpcPath, open: false });
  for (const method of ["GET", "POST", "DELETE"])
    ways.push({ name: "mcp", method, path: "/mcp", open: false });
  for (const path of ["/docs", "/openapi.json"]) ways.push({ name: path, method: "GET", path, open: false });
  for (const path of ["/", "/style.css", "/healthz", "/readyz", "/login"])
    ways.push({ name: path, method: "GET", path, open: true });
  return ways;
}
