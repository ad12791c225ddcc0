import {
  HarnessError,
  type OperationName,
  operations,
  type RpcMethodName,
  rpcMethods,
} from "@harness/protocol";

/** What a method name means: a capability of Harness, or something about the connection. */
export type Method =
  | { readonly kind: "operation"; readonly name: OperationName }
  | { readonly kind: "connection"; readonly name: RpcMethodName };

/** Every method by both spellings of its name: `thread/start` and `thread_start`. */
export function methodTable(): ReadonlyMap<string, Method> {
  const table = new Map<string, Method>();
  const add = (method: Method) => {
    for (const name of new Set([method.name, underscored(method.name)])) {
      if (table.has(name)) throw new Error(`Two methods have the name ${name}.`);
      table.set(name, method);
    }
  };
  for (const name of Object.keys(operations) as OperationName[]) add({ kind: "operation", name });
  for (const name of Object.keys(rpcMethods) as RpcMethodName[]) add({ kind: "connection", name });
  return table;
}

/** The other spelling of a name. */
export function underscored(name: string): string {
  return name.replaceAll("/", "_");
}

/** The refusal of a name that is no method. */
export function noSuchMethod(method: string): HarnessError {
  return new HarnessError("route_not_found", `There is no method ${JSON.stringify(method.slice(0, 200))}.`, {
    field: "method",
    got: method.slice(0, 200),
  });
}

/** The groups of methods seed 1 names in the answer to `initialize`, and what stands in them here. */
const seedGroups = {
  threads: "thread/",
  gc: "gc/",
  skills: "skill/",
  rules: "rule/",
  exec_plan: "exec_plan/",
  observe: "metrics/",
} as const;

/** Which groups of methods this version has, so that a client need not try. */
export function capabilities(): Record<string, boolean> {
  const names = Object.keys(operations);
  const groups = Object.fromEntries(
    [...new Set(names.map((name) => name.slice(0, name.indexOf("/"))))].map((group) => [group, true]),
  );
  const seed = Object.entries(seedGroups).map(([group, prefix]) => [
    group,
    names.some((name) => name.startsWith(prefix)),
  ]);
  return { ...groups, ...Object.fromEntries(seed), notifications: true };
}
