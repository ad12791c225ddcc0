import { operations, type Result } from "@harness/protocol";
import { type AppOptions, createApp, operator } from "./app.ts";

/** Runs the doctor without a server: takes the data directory for a moment, tests everything for real, and lets go. */
export async function runDoctor(options: AppOptions): Promise<Result<"server/doctor">> {
  const app = await createApp(options);
  try {
    return operations["server/doctor"].result.parse(await app.invoker.invoke("server/doctor", {}, operator));
  } finally {
    await app.stop("doctor");
  }
}
