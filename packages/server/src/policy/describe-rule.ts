import type { Rule } from "./rules/rule.ts";

/** What a rule speaks of, in one line. */
export function describeRule(rule: Rule): string {
  switch (rule.kind) {
    case "command": {
      const words = rule.pattern.map((place) => place.join("|")).join(" ");
      return rule.whole ?? (words === "" ? "any command" : rule.exact ? `${words} (exactly)` : words);
    }
    case "path":
      return `${rule.access.join(" or ")} ${rule.paths.join(" ")}`;
    case "host":
      return `host ${rule.hosts.join(" ")}`;
    case "tool":
      return `tool ${rule.tools.join(" ")}`;
    case "protected":
      return `change of ${rule.paths.join(" ")}`;
    case "diff":
      return `change of ${rule.paths.join(" ")}${limit(rule.max_files, "files")}${limit(rule.max_lines, "lines")}`;
    default:
      return rule satisfies never;
  }
}

function limit(most: number | null, what: string): string {
  return most === null ? "" : ` over ${most} ${what}`;
}
