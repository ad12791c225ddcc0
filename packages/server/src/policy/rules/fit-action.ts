import path from "node:path";
import type { RuleMatch } from "../verdict.ts";
import { globExpression, nameExpression } from "./glob.ts";
import { type HostRule, matchOf, type PathAccess, type PathRule, type ToolRule } from "./rule.ts";

/** Rules of paths, hosts and tools with their patterns made ready. */
export interface ActionRules {
  /** What they say of one path; it is absolute. */
  path(target: string, access: PathAccess, workspace: string, home: string): RuleMatch[];
  host(name: string): RuleMatch[];
  tool(name: string): RuleMatch[];
}

/** Makes the patterns ready once for many questions. */
export function actionRules(rules: readonly (PathRule | HostRule | ToolRule)[]): ActionRules {
  const paths = rules.filter((rule) => rule.kind === "path");
  const globs = new Map<string, RegExp>();
  for (const glob of paths.flatMap((rule) => rule.paths)) globs.set(glob, globExpression(bare(glob)));
  const hosts = rules.filter((rule) => rule.kind === "host");
  const tools = rules
    .filter((rule) => rule.kind === "tool")
    .map((rule) => ({ rule, names: rule.tools.map(nameExpression) }));
  return {
    path: (target, access, workspace, home) =>
      paths.flatMap((rule) => {
        if (!rule.access.includes(access)) return [];
        const fits = rule.paths.some((glob) =>
          globs.get(glob)?.test(seenFrom(glob, target, workspace, home)),
        );
        return fits ? [matchOf(rule, [target])] : [];
      }),
    host: (name) =>
      hosts.flatMap((rule) =>
        rule.hosts.some((pattern) => hostFits(pattern, name)) ? [matchOf(rule, [name])] : [],
      ),
    tool: (name) =>
      tools.flatMap(({ rule, names }) =>
        names.some((expression) => expression.test(name)) ? [matchOf(rule, [name])] : [],
      ),
  };
}

/** The glob without what says where it starts: `/`, `~/` or `./`. */
function bare(glob: string): string {
  return glob.replace(/^(?:\.\/|~\/|\/)/, "");
}

/** The path from where the glob starts; a path that does not lie there is a text no glob fits. */
function seenFrom(glob: string, target: string, workspace: string, home: string): string {
  const start = glob.startsWith("/") ? "/" : glob.startsWith("~/") ? home : workspace;
  const relative = path.relative(start, target);
  return relative.startsWith("..") ? "\0" : relative;
}

/** Whether a host pattern names a host: exactly, everything below `*.`, or all with `*`. Case and a last dot do not matter. */
export function hostFits(pattern: string, host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, "");
  const wanted = pattern.toLowerCase();
  if (wanted === "*") return true;
  return wanted.startsWith("*.") ? name.endsWith(wanted.slice(1)) : name === wanted;
}
