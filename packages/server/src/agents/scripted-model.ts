import type { ScriptedModel, ScriptedModelOptions } from "./testing/index.ts";

/** Starts a model that follows a script, for the demo and for tests. A server that serves has no use for its code. */
export async function startScriptedModel(options: ScriptedModelOptions): Promise<ScriptedModel> {
  const testing = await import("./testing/index.ts");
  return testing.startScriptedModel(options);
}
