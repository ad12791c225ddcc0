import type { Change } from "@harness/protocol";
import type { OperationsDeps } from "./deps.ts";

/** Longest patch that is answered (bytes). */
const PATCH_CAP = 2 * 1024 * 1024;

/** What changed between two commits of a project, secrets taken out; nothing while one of them is not there yet. */
export async function changeBetween(
  { workspaces, redact }: Pick<OperationsDeps, "workspaces" | "redact">,
  projectId: string,
  base: string | null,
  head: string | null,
  { ignoreWhitespace = false } = {},
): Promise<Change> {
  if (base === null || head === null) return { base, head, files: [], patch: "", cut: false };
  const diff = await workspaces.diff({
    projectId,
    from: base,
    to: head,
    capBytes: PATCH_CAP,
    ignoreWhitespace,
  });
  const files = diff.files.map((file) => ({
    path: file.path,
    status: file.status,
    insertions: file.insertions ?? 0,
    deletions: file.deletions ?? 0,
  }));
  return { base, head, files, patch: redact(diff.text), cut: diff.cut };
}
