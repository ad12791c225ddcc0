import { stat } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { HarnessError } from "@harness/protocol";
import { depth, type HostPath, hostPath, hostPaths, isInside, moved } from "./paths.ts";
import type { Cover } from "./placeholders.ts";
import { linkedSystemFiles, privateSystemFiles, type SystemPath, systemPaths } from "./system-paths.ts";
import type { SandboxSpec } from "./types.ts";

/** A file or directory of the host that is shown. `source` has no symlinks in it. */
export interface Bind {
  readonly kind: "bind";
  readonly target: string;
  readonly source: string;
  readonly writable: boolean;
  readonly file: boolean;
}

/** One thing in the sandbox's file tree. Everything else does not exist there. */
export type Mount =
  | Bind
  /** An empty directory; `sealed` ones cannot be written once everything is in place. */
  | { readonly kind: "empty"; readonly target: string; readonly mode: string; readonly sealed: boolean }
  /** An unreadable file in place of a real one. */
  | { readonly kind: "masked-file"; readonly target: string }
  | { readonly kind: "symlink"; readonly target: string; readonly to: string };

/** The file tree of one sandbox, parents before children. /proc and /dev are the driver's. */
export interface Layout {
  readonly mounts: readonly Mount[];
  readonly workspace: string;
}

/**
 * Decides what is visible: a new, empty root with the system directories, a private HOME and /tmp, and the named
 * paths at their own places. Nothing is taken away from a view of the host, so nothing can be forgotten.
 *
 * The more specific path wins. Against a hidden path only the workspace and `writable` win, never `readable` or
 * `writableFiles`. Symlinked roots are shown under both of their names.
 */
export async function layOut(
  spec: SandboxSpec,
  execPath: string,
  shows: { readonly system: boolean } = { system: true },
): Promise<Layout> {
  const workspace = await hostPath(spec.workspace);
  if (workspace === undefined) {
    throw new HarnessError("internal", `The workspace ${spec.workspace} does not exist.`);
  }
  const [everySystemPath, masks, linked, hidden] = await Promise.all([
    shows.system ? systemPaths(execPath, spec.runtime) : [],
    shows.system ? privateSystemFiles() : [],
    shows.system && spec.network === "full" ? linkedSystemFiles() : [],
    hostPaths(spec.hidden),
  ]);
  const system = everySystemPath.filter(
    (path) =>
      (path.kind === "directory" && path.own) || !hidden.some((hide) => isInside(hide.real, path.path)),
  );
  const owned = [workspace, ...outside(workspace, await hostPaths(spec.writable ?? []))];
  const lent = async (paths: readonly string[] | undefined): Promise<HostPath[]> =>
    (await hostPaths(paths ?? [])).filter((path) => isLent(path, owned, hidden));
  const readable = await lent([...linked, ...(spec.readable ?? [])]);
  const changeable = await lent(spec.writableFiles);

  const shown = withoutLinks([
    ...system.flatMap(systemBind),
    ...(await bindAll(readable, false)),
    ...(await bindAll(changeable, true)),
    ...(await bindAll([workspace], spec.profile === "workspace-write")),
    ...(await bindAll(owned.slice(1), true)),
  ]);
  const open = spec.profile === "workspace-write" ? owned : owned.slice(1);
  const binds = [...shown, ...(await coverWorkspace(workspace, spec.covers ?? [], open))];
  const covers = [
    ...privateDirectories(spec, binds),
    ...system.flatMap((path): Mount[] =>
      path.kind === "symlink" ? [{ kind: "symlink", target: path.path, to: path.to }] : [],
    ),
    ...(await coverAll(masks, binds)),
    ...(await coverAll(
      hidden.map((path) => path.real),
      binds,
    )),
  ];
  return { mounts: inOrder([...covers, ...binds]), workspace: workspace.named };
}

/** Paths of the caller's own that are not in the workspace already. One that the agent made a link of is refused. */
function outside(workspace: HostPath, paths: readonly HostPath[]): HostPath[] {
  return paths.filter((path) => {
    const inWorkspace = isInside(workspace.named, path.named) || isInside(workspace.real, path.named);
    if (!inWorkspace) return true;
    const root = isInside(workspace.named, path.named) ? workspace.named : workspace.real;
    return path.named !== root && path.real === moved(path.named, root, workspace.real);
  });
}

/** True for a path an adapter may see: not below a hidden one, and not something the workspace shows anyway. */
function isLent(path: HostPath, owned: readonly HostPath[], hidden: readonly HostPath[]): boolean {
  const isOwned = owned.some((own) => isInside(own.named, path.named) || isInside(own.real, path.named));
  if (isOwned) return false;
  return !hidden.some((hide) => isInside(hide.real, path.real) || isInside(hide.named, path.named));
}

/**
 * Protected paths, read-only over what is writable of the workspace. The directories above one are bound over
 * themselves, as open as they are: something is mounted on them then, and what is mounted on cannot be moved away.
 */
async function coverWorkspace(
  workspace: HostPath,
  covers: readonly Cover[],
  open: readonly HostPath[],
): Promise<Bind[]> {
  const isOpen = (path: string) => open.some(({ real }) => isInside(real, join(workspace.real, path)));
  const above = new Set(
    covers.flatMap(({ path }) => {
      const parts = path.split("/");
      return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
    }),
  );
  const binds = [
    ...[...above].map((path) => ({ path, source: undefined, writable: isOpen(path) })),
    ...covers.map((cover) => ({ ...cover, writable: false })),
  ].map(async ({ path, source, writable }): Promise<Bind[]> => {
    const from = source ?? join(workspace.real, path);
    const file = !(await stat(from)).isDirectory();
    return [...new Set([workspace.named, workspace.real])].map((root) => ({
      kind: "bind",
      target: join(root, path),
      source: from,
      writable,
      file,
    }));
  });
  return (await Promise.all(binds)).flat();
}

function systemBind(path: SystemPath): Bind[] {
  if (path.kind === "symlink") return [];
  return [{ kind: "bind", target: path.path, source: path.path, writable: false, file: false }];
}

async function bindAll(paths: readonly HostPath[], writable: boolean): Promise<Bind[]> {
  const mounts = paths.map(async ({ named, real }): Promise<Bind[]> => {
    const file = !(await stat(real)).isDirectory();
    const targets = named === real ? [named] : [named, real];
    return targets.map((target) => ({ kind: "bind", target, source: real, writable, file }));
  });
  return (await Promise.all(mounts)).flat();
}

/** A link that another bind already shows stays the link it is; what it leads to is bound at its own place. */
function withoutLinks(binds: readonly Bind[]): Bind[] {
  return binds.filter(
    ({ source, target }) =>
      source === target || !binds.some((other) => other.target !== target && isInside(other.target, target)),
  );
}

function privateDirectories(spec: SandboxSpec, binds: readonly Bind[]): Mount[] {
  const directories: Mount[] = [
    { kind: "empty", target: "/tmp", mode: "1777", sealed: false },
    { kind: "empty", target: "/var/tmp", mode: "1777", sealed: false },
  ];
  const home = spec.env["HOME"];
  if (home === undefined || !isAbsolute(home)) return directories;
  const target = resolve(home);
  // A HOME inside something shown is that thing; at /, /tmp or /var it would cover what we put there.
  const taken = target === "/tmp" || isInside(target, "/var/tmp");
  if (taken || binds.some((bind) => isInside(bind.target, target))) return directories;
  return [...directories, { kind: "empty", target, mode: "0700", sealed: false }];
}

/** Covers each path wherever a bind would show it, under whatever name. */
async function coverAll(paths: readonly string[], binds: readonly Bind[]): Promise<Mount[]> {
  const covers = paths.map(async (path): Promise<Mount[]> => {
    const targets = binds.flatMap((bind) => {
      if (!isInside(bind.source, path) || bind.source === path) return [];
      return [moved(path, bind.source, bind.target)];
    });
    if (targets.length === 0) return [];
    const directory = (await stat(path)).isDirectory();
    return targets.map((target) =>
      directory ? { kind: "empty", target, mode: "0755", sealed: true } : { kind: "masked-file", target },
    );
  });
  return (await Promise.all(covers)).flat();
}

/** Parents first; of two at the same place the later one stays. */
function inOrder(mounts: readonly Mount[]): Mount[] {
  const byTarget = new Map(mounts.map((mount) => [mount.target, mount]));
  return [...byTarget.values()].sort((a, b) => depth(a.target) - depth(b.target));
}
