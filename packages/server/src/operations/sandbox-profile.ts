import {
  HarnessError,
  isHarnessError,
  isWithinProfile,
  type SandboxProfileWord,
  sandboxProfile,
} from "@harness/protocol";
import type { OperationsDeps } from "./deps.ts";
import type { Refused } from "./invoke.ts";

/** Parameters by which other tools let a caller leave the sandbox or choose what runs. None of ours is called so. */
const WAYS_OUT =
  /(^|\.)(sandbox_mode|sandboxPolicy|sandbox_policy|skip_permissions|dangerously\w*|permission_mode|permissionMode|env|cli_path|writable_roots|additional_directories|hidden)$/;

/** Refuses a profile above what the operator allows. */
export function checkProfile(
  deps: Pick<OperationsDeps, "config">,
  word: SandboxProfileWord | null | undefined,
): void {
  if (word === undefined || word === null) return;
  const asked = sandboxProfile(word);
  const most = deps.config.sandbox.max_profile;
  if (isWithinProfile(asked, most)) return;
  throw new HarnessError(
    "sandbox_not_allowed",
    `sandbox: ${asked} is more than agents may do here; the operator allows up to ${most}. Ask for that or less, or have sandbox.max_profile raised in the server's configuration.`,
    { field: "sandbox", got: asked, expected: `at most ${most}` },
  );
}

/** Writes down that a caller asked for a way out of the sandbox: a profile that is too much, or a parameter for it. */
export async function recordWayOut(
  deps: Pick<OperationsDeps, "config" | "log">,
  { error, name, caller }: Refused,
): Promise<void> {
  const asked = wayOut(error);
  if (asked === undefined) return;
  const { max_profile: most } = deps.config.sandbox;
  const { request_id, actor } = caller;
  await deps.log.write((tx) =>
    tx.append({
      project_id: null,
      task_id: null,
      type: "sandbox.refused",
      actor,
      data: { operation: name, asked: asked.slice(0, 200), most, request_id },
    }),
  );
}

function wayOut(error: unknown): string | undefined {
  if (isHarnessError(error, "sandbox_not_allowed")) return String(error.details.got);
  if (!isHarnessError(error, "invalid_params")) return undefined;
  const { field = "", issues = [] } = error.details;
  const fields = [field, ...issues.map((issue) => issue.field)];
  return fields.find((one) => WAYS_OUT.test(one));
}
