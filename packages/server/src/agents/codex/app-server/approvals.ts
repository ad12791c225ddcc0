import path from "node:path";
import { z } from "zod";
import type { AgentAction } from "../../port.ts";
import { FileChangeItem } from "./items.ts";
import type { ThreadItem } from "./messages.ts";

/** A question of the app-server for leave: what it wants to do, and what to send for each answer. */
export interface Approval {
  readonly action: AgentAction;
  readonly allowed: object;
  readonly denied: object;
}

const CommandParams = z.looseObject({
  kind: z.string().optional(),
  command: z.string().nullish(),
  cwd: z.string().nullish(),
  reason: z.string().nullish(),
  networkApprovalContext: z.looseObject({ host: z.string(), protocol: z.string().optional() }).nullish(),
});
const FileParams = z.looseObject({
  itemId: z.string(),
  reason: z.string().nullish(),
  grantRoot: z.string().nullish(),
});
/** What is not read here is neither shown nor granted. */
const PermissionParams = z.looseObject({
  cwd: z.string().nullish(),
  reason: z.string().nullish(),
  permissions: z.object({
    network: z.object({ enabled: z.boolean().nullish() }).nullish(),
    fileSystem: z
      .object({ read: z.array(z.string()).nullish(), write: z.array(z.string()).nullish() })
      .nullish(),
  }),
});

/**
 * Reads a request of the app-server as a question for leave; undefined when it is none. An action's `input` holds
 * exactly what is asked and no id or time, and files of the workspace are named from there: the same question is the
 * same in another workspace. `itemOf` finds the item a question is about: of a patch the question itself does not say
 * which files it changes.
 */
export function approvalOf(
  method: string,
  params: unknown,
  about: { readonly workspace: string; readonly itemOf: (id: string) => ThreadItem | undefined },
): Approval | undefined {
  const accept = { allowed: { decision: "accept" }, denied: { decision: "decline" } };
  switch (method) {
    case "item/commandExecution/requestApproval":
      return { action: commandAction(CommandParams.parse(params)), ...accept };
    case "item/fileChange/requestApproval": {
      const asked = FileParams.parse(params);
      return { action: fileAction(asked, about.itemOf(asked.itemId), about.workspace), ...accept };
    }
    case "item/permissions/requestApproval": {
      const asked = PermissionParams.parse(params);
      const { permissions } = asked;
      const granted = {
        ...(permissions.network == null ? {} : { network: permissions.network }),
        ...(permissions.fileSystem == null ? {} : { fileSystem: permissions.fileSystem }),
      };
      return {
        action: permissionAction(asked),
        allowed: { permissions: granted, scope: "turn" },
        denied: { permissions: {}, scope: "turn" },
      };
    }
    default:
      return undefined;
  }
}

function commandAction(asked: z.infer<typeof CommandParams>): AgentAction {
  const { networkApprovalContext: network, cwd = null, reason = null } = asked;
  const command = asked.command ?? "";
  if (network != null) {
    const { host, protocol = null } = network;
    const input = { host, protocol, command, cwd, reason };
    return { kind: "network", tool: "network", paths: [], hosts: [host], summary: `reach ${host}`, input };
  }
  const input = { command, cwd, reason };
  // What is typed is no command of its own: an answer to it must not be one to the command.
  if (asked.kind === "writeStdin")
    return { kind: "run", tool: "write_stdin", paths: [], summary: `type into ${command}`, input };
  return { kind: "run", tool: "exec_command", command, paths: [], summary: `run ${command}`, input };
}

function fileAction(
  asked: z.infer<typeof FileParams>,
  item: ThreadItem | undefined,
  workspace: string,
): AgentAction {
  const here = (file: string) => within(workspace, file);
  const found = FileChangeItem.safeParse(item);
  const changes = (found.success ? found.data.changes : []).map(({ path: file, kind, diff }) => ({
    path: here(file),
    kind: kind?.type ?? "update",
    ...(kind?.move_path == null ? {} : { move_path: here(kind.move_path) }),
    diff: diff ?? null,
  }));
  const grant_root = asked.grantRoot == null ? null : here(asked.grantRoot);
  const named = changes.flatMap((change) => [change.path, change.move_path ?? []].flat());
  const paths = [...new Set([...named, ...(grant_root === null ? [] : [grant_root])])];
  const input = { changes, grant_root, reason: asked.reason ?? null };
  return { kind: "write", tool: "apply_patch", paths, summary: `write ${paths.join(", ")}`, input };
}

/** A file of the workspace as it is named from there; any other as it is. */
function within(workspace: string, file: string): string {
  const relative = path.relative(workspace, file);
  const outside = relative.startsWith("..") || path.isAbsolute(relative) || !path.isAbsolute(file);
  return outside ? file : relative || ".";
}

function permissionAction(asked: z.infer<typeof PermissionParams>): AgentAction {
  const { network, fileSystem } = asked.permissions;
  const { cwd = null, reason = null } = asked;
  const base = cwd ?? "/";
  const written = (fileSystem?.write ?? []).map((one) => path.resolve(base, one));
  const read = (fileSystem?.read ?? []).map((one) => path.resolve(base, one));
  const paths = [...new Set([...written, ...read])];
  const wants = [
    ...(network?.enabled === true ? ["the network"] : []),
    ...written.map((one) => `writing ${one}`),
    ...read.map((one) => `reading ${one}`),
  ];
  const kind = written.length > 0 ? "write" : read.length > 0 ? "read" : "network";
  const summary = `more permissions: ${wants.join(", ") || "none named"}`;
  const input = { permissions: asked.permissions, cwd, reason };
  return { kind, tool: "request_permissions", paths, summary, input };
}
