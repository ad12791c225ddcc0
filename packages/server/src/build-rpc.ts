import { idPattern } from "@harness/protocol";
import type { App } from "./app.ts";
import { getProject } from "./projects/index.ts";
import { Rpc } from "./rpc/index.ts";

/** JSON-RPC over an app's operations and events, for whatever transport. */
export function buildRpc(app: App): Rpc {
  return new Rpc({
    invoker: app.invoker,
    feeds: app.feeds,
    projectId: projectIdOf(app),
    newId: app.newId,
    version: app.operations.version,
    redact: app.operations.redact,
  });
}

/** Finds the id of a project by its id, name or root. */
export function projectIdOf({ storage }: Pick<App, "storage">): (key: string) => Promise<string> {
  return async (key) =>
    // The events of a project that was removed are still there under its id.
    idPattern("project").test(key) ? key : (await getProject(storage.reader, key)).id;
}
