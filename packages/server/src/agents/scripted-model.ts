import type { Fetch } from "./api/traffic.ts";
import type { ScriptedModel, ScriptedModelOptions } from "./testing/index.ts";

/** Starts a model that follows a script, for tests. A server that serves has no use for its code. */
export async function startScriptedModel(options: ScriptedModelOptions): Promise<ScriptedModel> {
  const testing = await import("./testing/index.ts");
  return testing.startScriptedModel(options);
}

/** The scripted model of the example project, loaded when it is first asked; reaches nothing. */
export const exampleFetch: Fetch = async (asked, init) => {
  const { demoScenario, scriptedFetch } = await import("./testing/index.ts");
  return scriptedFetch(demoScenario)(asked, init);
};
