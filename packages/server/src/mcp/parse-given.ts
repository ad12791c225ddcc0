import { HarnessError } from "@harness/protocol";
import type { z } from "zod";

/** What a tool that is no operation was given, by its schema; refused by the name of the field at fault. */
export function parseGiven<S extends z.ZodObject>(schema: S, raw: unknown): z.output<S> {
  const parsed = schema.safeParse(raw ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const field = issue.code === "unrecognized_keys" ? issue.keys[0]! : issue.path.map(String).join(".");
  throw new HarnessError("invalid_params", `${field}: ${issue.message}.`, { field, expected: issue.message });
}
