import { errorCatalogue, HarnessError, isHarnessError } from "@harness/protocol";
import type { CallToolResult } from "@modelcontextprotocol/server";

/** What a tool answers with: the value for programs, the same as text for a model. */
export function toolResult(value: Readonly<Record<string, unknown>>): CallToolResult {
  return { content: [{ type: "text", text: JSON.stringify(value) }], structuredContent: { ...value } };
}

/**
 * A refused or failed call, as a result the model can read and act on: code, message, the field at fault and what to
 * do. Anything that is not ours shows nothing of itself.
 */
export function toolFailure(error: unknown): CallToolResult {
  const known = isHarnessError(error)
    ? error
    : new HarnessError("internal", "The server failed; its log has the cause.");
  const { field, expected, got, allowed, hint, issues, retry_after_s } = known.details;
  const shown = {
    code: known.code,
    message: known.message,
    repeat: errorCatalogue[known.code].retry,
    field,
    expected,
    got,
    allowed,
    hint,
    issues,
    retry_after_s,
  };
  return { content: [{ type: "text", text: JSON.stringify({ error: shown }) }], isError: true };
}
