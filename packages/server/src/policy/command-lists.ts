import path from "node:path";
import type { Opinion, PlaceSettings, PolicyAction } from "./policy.ts";
import { fitSegment } from "./rules/fit-command.ts";
import type { CommandRule } from "./rules/rule.ts";
import { intentOf } from "./shell/index.ts";
import type { Decision, ShellSegment } from "./verdict.ts";

/** The operator's lists of commands and directories: seed 2's `[exec_policy]`. */
export interface CommandLists {
  /** Beginnings of commands, in words. */
  readonly allowed_commands: readonly string[];
  readonly blocked_commands: readonly string[];
  /** Directories besides the workspace; relative ones count from it. */
  readonly allowed_dirs: readonly string[];
  /** When there are any, nothing else can be written, in the workspace neither. */
  readonly writable_dirs: readonly string[];
}

/** What an agent says itself of a command it wants to run; it can only ask for more care, never for less. */
export interface DeclaredIntent {
  readonly write_paths: readonly string[];
  readonly network: boolean;
}

/** Where and for whom the lists are asked. */
export interface ListsPlace {
  readonly workspace: string;
  readonly profile: "allow_all" | "allow_listed" | "strict";
  readonly attended: boolean;
  readonly declared?: DeclaredIntent;
}

/**
 * What the operator's profile, command lists and directories say beyond the rules.
 *
 *   blocked command → forbidden, whatever else allows it
 *   strict → a person is asked about everything
 *   allow_listed → a person, unless a rule allows it, or the list does and it neither reaches the network nor writes
 *                  outside the writable directories
 *   allow_all → nobody
 */
export function listSettings(lists: CommandLists, place: ListsPlace): PlaceSettings {
  const allowed = rulesOf(lists.allowed_commands, "allow");
  const blocked = rulesOf(lists.blocked_commands, "forbidden");
  const dirs = resolvedDirs(lists, place.workspace);
  const asks = (why: string): Opinion => ({
    decision: "prompt",
    reason: `approval profile ${place.profile}${why}`,
  });
  return {
    strict: blocked.length > 0,
    segment(segment, rule) {
      const no = blockedBy(blocked, segment, place.attended);
      if (no) return no;
      if (place.profile === "allow_all") return null;
      if (place.profile === "strict") return asks("");
      if (rule) return null;
      if (!allowed.some((one) => fitSegment(one, segment, []))) return asks("");
      const care = careOf(segment, place, dirs);
      return care === undefined ? null : asks(`: ${care}`);
    },
    action(action, rule) {
      if (place.profile === "allow_all") return null;
      if (place.profile === "strict") return asks("");
      return rule || isFree(action, dirs, place) ? null : asks("");
    },
    path(target, access) {
      const outside = !isInside(target, place.workspace);
      if (access === "read")
        return outside && isIn(target, [...dirs.readable, ...dirs.writable]) ? fits("allowed_dirs") : null;
      if (lists.writable_dirs.length === 0) return null;
      if (isIn(target, dirs.writable)) return outside ? fits("writable_dirs") : null;
      return { decision: "forbidden", reason: `${target} is in none of exec_policy.sandbox.writable_dirs` };
    },
  };
}

/** The directories of the lists as absolute paths of one workspace. */
export function resolvedDirs(
  { allowed_dirs, writable_dirs }: Pick<CommandLists, "allowed_dirs" | "writable_dirs">,
  workspace: string,
): { readonly readable: readonly string[]; readonly writable: readonly string[] } {
  const absolute = (dir: string) => path.resolve(workspace, dir);
  return { readable: allowed_dirs.map(absolute), writable: writable_dirs.map(absolute) };
}

/** A list entry as a rule: the same words, wrappers and paths count as they do for rules. */
function rulesOf(entries: readonly string[], decision: Decision): readonly CommandRule[] {
  return entries.map((entry, at) => ({
    id: `exec_policy:${decision}:${at + 1}`,
    layer: "operator",
    file: "exec_policy",
    line: at + 1,
    decision,
    justification: null,
    kind: "command",
    pattern: entry
      .split(/\s+/)
      .filter((word) => word !== "")
      .map((word) => [word]),
    exact: false,
    whole: null,
  }));
}

function blockedBy(
  blocked: readonly CommandRule[],
  segment: ShellSegment,
  attended: boolean,
): Opinion | undefined {
  const found = blocked.flatMap((rule) => fitSegment(rule, segment, []) ?? []);
  const sure = found.find(({ decision }) => decision === "forbidden");
  if (sure)
    return { decision: "forbidden", reason: `exec_policy.blocked_commands has ${sure.matched.join(" ")}` };
  const [perhaps] = found;
  if (!perhaps) return undefined;
  const reason = `"${segment.text}" may be what exec_policy.blocked_commands forbids`;
  return attended
    ? { decision: "prompt", reason }
    : { decision: "forbidden", reason: `${reason}, and nobody is there to ask` };
}

/** Why a listed command is asked about all the same. */
function careOf(
  segment: ShellSegment,
  place: ListsPlace,
  { writable }: { readonly writable: readonly string[] },
): string | undefined {
  const intent = intentOf(segment);
  if (intent.network !== false || place.declared?.network === true)
    return `${segment.text} reaches the network`;
  const roots = writable.length > 0 ? writable : [place.workspace];
  const declared = place.declared?.write_paths.map((text) => ({ text, literal: true })) ?? [];
  for (const { text, literal } of [...intent.writes, ...declared]) {
    if (!literal) return `what ${segment.text} writes is known only when it runs`;
    // Where `~` leads is the shell's to know, and never the workspace.
    if (text.startsWith("~") || !isIn(path.resolve(place.workspace, text), roots))
      return `${segment.text} writes ${text}, outside the writable directories`;
  }
  return undefined;
}

/** What needs no leave under allow_listed: reading, and writing where the operator said that it is free. */
function isFree(
  action: PolicyAction,
  { writable }: { readonly writable: readonly string[] },
  { workspace }: ListsPlace,
): boolean {
  if (action.kind === "read") return true;
  if (action.kind !== "write" || action.paths.length === 0) return false;
  return action.paths.every((named) => isIn(path.resolve(workspace, named), writable));
}

function fits(key: "allowed_dirs" | "writable_dirs"): Opinion {
  return { decision: "allow", reason: `inside exec_policy.sandbox.${key}` };
}

function isIn(target: string, dirs: readonly string[]): boolean {
  return dirs.some((dir) => isInside(target, dir));
}

function isInside(target: string, dir: string): boolean {
  return target === dir || target.startsWith(dir.endsWith(path.sep) ? dir : dir + path.sep);
}
