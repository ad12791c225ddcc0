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
  const paths = rules
    .filter((rule) => rule.kind === "path")
    .map((rule) => ({
      rule,
      globs: rule.paths.map((glob) => ({ from: startOf(glob), fits: globExpression(bare(glob)) })),
    }));
  const hosts = rules.filter((rule) => rule.kind === "host");
  const tools = rules
    .filter((rule) => rule.kind === "tool")
    .map((rule) => ({ rule, names: rule.tools.map(nameExpression) }));
  return {
    path: (target, access, workspace, home) => {
      const seen = {
        root: below("/", target),
        home: below(home, target),
        workspace: below(workspace, target),
      };
      return paths.flatMap(({ rule, globs }) => {
        if (!rule.access.includes(access)) return [];
        const fits = globs.some(({ from, fits }) => seen[from] !== undefined && fits.test(seen[from]));
        return fits ? [matchOf(rule, [target])] : [];
      });
    },
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

/** Where a glob starts. */
function startOf(glob: string): "root" | "home" | "workspace" {
  if (glob.startsWith("/")) return "root";
  return glob.startsWith("~/") ? "home" : "workspace";
}

/** A path as it is seen from a directory; undefined when it does not lie there. */
function below(start: string, target: string): string | undefined {
  const relative = path.relative(start, target);
  return relative === ".." || relative.startsWith("../") ? undefined : relative;
}

/** Whether a host pattern names a host: exactly, everything below `*.`, or all with `*`. Case and a last dot do not matter. */
export function hostFits(pattern: string, host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, "");
  const wanted = pattern.toLowerCase();
  if (wanted === "*") return true;
  return wanted.startsWith("*.") ? name.endsWith(wanted.slice(1)) : name === wanted;
}
