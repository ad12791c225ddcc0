import path from "node:path";
import type { Arguments } from "./arguments.ts";
import { RuleMistake } from "./fault.ts";
import { actionRules, hostFits } from "./fit-action.ts";
import type { Added, Unplaced } from "./function-table.ts";
import { globExpression, nameExpression } from "./glob.ts";
import type { PathAccess } from "./rule.ts";

/** Where examples of paths are taken from: any place will do. */
const somewhere = { workspace: "/workspace", home: "/home/person" };

/** `path_rule`. */
export function pathRule(call: Arguments): Added {
  const paths = globs(call);
  const access = accessOf(call);
  const rule = { kind: "path" as const, paths, access, ...judgementOf(call) };
  const placed = { ...rule, id: "", layer: "operator" as const, file: "", line: 0 };
  const ready = actionRules([placed]);
  checkExamples(call, (example) => {
    const target = path.resolve(somewhere.workspace, example.replace(/^~(?=\/)/, somewhere.home));
    return ready.path(target, access[0] ?? "read", somewhere.workspace, somewhere.home).length > 0;
  });
  return { rule };
}

function accessOf(call: Arguments): PathAccess[] {
  if (!call.has("access")) return ["read", "write"];
  return call.texts("access", "single").map((word) => {
    if (word === "read" || word === "write") return word;
    throw new RuleMistake(`access is "read" or "write", not "${word}"`, call.offset("access"));
  });
}

/** `host_rule`. */
export function hostRule(call: Arguments): Added {
  const hosts = call.texts("hosts", "single");
  for (const host of hosts)
    if (!/^(?:\*|(?:\*\.)?[A-Za-z0-9_:.-]{1,253})$/.test(host))
      throw new RuleMistake(`"${host}" is not the name of a host, *.NAME or *`, call.offset("hosts"));
  checkExamples(call, (example) => hosts.some((pattern) => hostFits(pattern, example)));
  return { rule: { kind: "host", hosts, ...judgementOf(call) } };
}

/** Codex's `network_rule`. */
export function networkRule(call: Arguments): Added {
  const host = call.text("host");
  if (!/^[A-Za-z0-9_:.[\]-]{1,253}$/.test(host))
    throw new RuleMistake(`host is one host's name, not "${host}"`, call.offset("host"));
  const protocol = call.text("protocol");
  if (!["http", "https", "socks5_tcp", "socks5_udp"].includes(protocol))
    throw new RuleMistake(
      `protocol is http, https, socks5_tcp or socks5_udp, not "${protocol}"`,
      call.offset("protocol"),
    );
  const decision = call.text("decision") === "deny" ? ("forbidden" as const) : call.decision();
  return { rule: { kind: "host", hosts: [host], decision, justification: call.justification() } };
}

/** `tool_rule`. */
export function toolRule(call: Arguments): Added {
  const tools = call.texts("tools", "single");
  if (tools.some((name) => name === "" || name.split("*").length > 9))
    throw new RuleMistake("a tool has a name, with at most 8 *", call.offset("tools"));
  const names = tools.map(nameExpression);
  checkExamples(call, (example) => names.some((name) => name.test(example)));
  return { rule: { kind: "tool", tools, ...judgementOf(call) } };
}

/** `protected_rule`. */
export function protectedRule(call: Arguments): Added {
  const paths = globs(call, true);
  const expressions = paths.map(globExpression);
  checkExamples(call, (example) => expressions.some((one) => one.test(example)));
  const decision = call.decision("prompt");
  return { rule: { kind: "protected", paths, decision, justification: call.justification() } };
}

/** `diff_rule`. */
export function diffRule(call: Arguments): Added {
  const paths = call.has("paths") ? globs(call, true) : ["**"];
  const max_files = call.count("max_files");
  const max_lines = call.count("max_lines");
  if (max_files === null && max_lines === null)
    throw new RuleMistake("diff_rule needs max_files or max_lines", call.call.offset);
  const decision = call.decision("prompt");
  const justification = call.justification();
  return { rule: { kind: "diff", paths, max_files, max_lines, decision, justification } };
}

function judgementOf(call: Arguments): Pick<Unplaced, "decision" | "justification"> {
  return { decision: call.decision(), justification: call.justification() };
}

/** Globs with a bounded number of wildcards, so that none takes long on any path. */
function globs(call: Arguments, inRepository = false): string[] {
  return call.texts("paths", "single").map((glob) => {
    const wildcards = glob.match(/\*+/g) ?? [];
    const outside = inRepository && (/^[/~]/.test(glob) || glob.split("/").includes(".."));
    if (glob === "" || outside || wildcards.length > 8 || wildcards.some((stars) => stars.length > 2))
      throw new RuleMistake(
        `"${glob}" is not a glob${inRepository ? " inside the repository" : ""} with at most 8 * or **`,
        call.offset("paths"),
      );
    return glob.replace(/^\.\//, "").replace(/(?<=.)\/$/, "");
  });
}

function checkExamples(call: Arguments, fits: (example: string) => boolean): void {
  for (const name of ["match", "not_match"] as const) {
    if (!call.has(name)) continue;
    for (const example of call.texts(name))
      if (fits(example) !== (name === "match"))
        throw new RuleMistake(
          name === "match"
            ? `the rule says nothing of its example "${example}"`
            : `the rule says something of "${example}", which it should not`,
          call.offset(name),
        );
  }
}
