import { type OperationName, operations, type Params, type Result } from "@harness/protocol";
import { type AppOptions, createApp } from "./app.ts";
import { operator } from "./operator.ts";

/**
 * Answers one question without a server: takes the data directory for a moment and lets go. Nothing is started, so no
 * queued task runs because somebody asked.
 */
export async function askOnce<N extends OperationName>(
  options: AppOptions,
  name: N,
  params: Params<N>,
): Promise<Result<N>> {
  const app = await createApp(options);
  try {
    return operations[name].result.parse(await app.invoker.invoke(name, params, operator)) as Result<N>;
  } finally {
    await app.stop("the question was answered");
  }
}
