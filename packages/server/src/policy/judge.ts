import path from "node:path";
import { decideAction } from "./default-policy.ts";
import type { Opinion, PolicyAction, PolicyPlace, ReadsShell } from "./policy.ts";
import type { CompiledRules } from "./rules/compiled.ts";
import { faultText, type PathAccess } from "./rules/rule.ts";
import { deciding, isStricter, ranked, stricter } from "./rules/strictness.ts";
import { intentOf } from "./shell/index.ts";
import type {
  Decision,
  JudgedSegment,
  Judgement,
  RuleMatch,
  ShellRedirect,
  ShellSegment,
} from "./verdict.ts";

/** What judging needs besides the action and its place. */
export interface JudgeDeps {
  readonly rules: CompiledRules;
  readonly commands: () => Promise<ReadsShell>;
  readonly home: string;
  /** Where a path really is, its links followed. */
  readonly realPath: (target: string) => Promise<string>;
  /** Whether a path in a directory leads to where it says, with no link on its way. */
  readonly isPlainInside: (root: string, target: string) => boolean;
}

/** What was found of one part of an action. */
interface Part extends Opinion {
  readonly rule: RuleMatch | null;
  readonly matches: readonly RuleMatch[];
  /** True when allowing this part leaves open whether the action as a whole needs asking. */
  readonly silent?: boolean;
}

/** Judges an action by the rules in force; pure but for resolving links. */
export async function judgeAction(
  deps: JudgeDeps,
  action: PolicyAction,
  place: PolicyPlace,
): Promise<Judgement> {
  const [fault] = deps.rules.set.faults;
  if (fault !== undefined) {
    const reason = `the rules cannot be used, so nothing is allowed: ${faultText(fault)}. Fix the file, then: harness rule load`;
    return { decision: "forbidden", reason, rule: null, segments: [] };
  }
  const parts = await actionParts(deps, action, place);
  const segments = action.command === undefined ? [] : await judgeCommand(deps, action.command, place);
  if (!Array.isArray(segments)) return combined([...parts, segments], []);
  const commands = segments.map(({ part }) => part);
  return combined(
    [...parts, ...commands],
    segments.map(({ judged }) => judged),
  );
}

/** Tool, paths and hosts of an action, and what the settings add where there is no command they can look into. */
async function actionParts(deps: JudgeDeps, action: PolicyAction, place: PolicyPlace): Promise<Part[]> {
  const { rules } = deps;
  const access: PathAccess = ["read", "run", "network"].includes(action.kind) ? "read" : "write";
  const tool = action.tool === undefined ? [] : [fromRules(rules.tool(action.tool), `tool ${action.tool}`)];
  const hosts = hostsOf(action).map((host) => fromRules(rules.host(host), `host ${host}`));
  const paths = await Promise.all(
    action.paths.map((named) => judgePath(deps, { named, access, kind: action.kind }, place)),
  );
  const parts = [...tool, ...hosts, ...paths];
  if (action.command !== undefined || place.settings === undefined) return parts;
  const said = place.settings.action(action, allowingRule(parts));
  return said === null ? parts : [...parts, { ...said, rule: null, matches: [], silent: true }];
}

/** The hosts an action names, or that of the address its tool is given. */
function hostsOf({ hosts, input }: PolicyAction): readonly string[] {
  if (hosts !== undefined) return hosts;
  const url = typeof input === "object" && input !== null && "url" in input ? input.url : undefined;
  return typeof url === "string" && URL.canParse(url) ? [new URL(url).hostname] : [];
}

/** A part no rule says anything of is allowed, and leaves the others to be asked about. */
function fromRules(matches: readonly RuleMatch[], what: string): Part {
  const rule = deciding(matches, []) ?? null;
  if (rule === null) return { decision: "allow", reason: `no rule for ${what}`, rule, matches, silent: true };
  return { decision: rule.decision, reason: ruleReason(rule), rule, matches: ranked(matches) };
}

interface NamedPath {
  readonly named: string;
  readonly access: PathAccess;
  readonly kind: string;
}

/** A path by its name and, where links lead elsewhere, by where it really is: the stricter holds. */
async function judgePath(
  deps: JudgeDeps,
  { named, access, kind }: NamedPath,
  place: PolicyPlace,
): Promise<Part> {
  const target = path.resolve(place.workspace, named.replace(/^~(?=\/|$)/, deps.home));
  const one = pathPart(deps, { named: target, access, kind }, place);
  if (deps.isPlainInside(place.workspace, target)) return one;
  const [real, workspace] = await Promise.all([deps.realPath(target), deps.realPath(place.workspace)]);
  if (real === target || path.relative(workspace, real) === path.relative(place.workspace, target))
    return one;
  const other = pathPart(deps, { named: real, access, kind }, { ...place, workspace });
  return isStricter(other.decision, one.decision) ? other : one;
}

function pathPart(
  deps: JudgeDeps,
  { named, access, kind }: NamedPath,
  { workspace, settings }: Pick<PolicyPlace, "workspace" | "settings">,
): Part {
  const matches = deps.rules.path(named, access, workspace, deps.home);
  if (matches.length > 0) return fromRules(matches, named);
  const set = settings?.path?.(named, access);
  if (set) return { ...set, rule: null, matches: [] };
  const said = decideAction({ kind, paths: [named], summary: "" }, workspace);
  return {
    decision: said.decision === "deny" ? "forbidden" : "allow",
    reason: said.reason,
    rule: null,
    matches: [],
  };
}

interface SegmentPart {
  readonly part: Part;
  readonly judged: JudgedSegment;
}

/** Every segment of a command; one part alone when it cannot be read. */
async function judgeCommand(
  deps: JudgeDeps,
  command: string,
  place: PolicyPlace,
): Promise<Part | SegmentPart[]> {
  const reading = (await deps.commands()).read(command);
  if (!reading.ok) {
    const why = `the command cannot be read at character ${reading.offset}: ${reading.reason}`;
    return { ...unknown(place, why, deps.rules.strict), rule: null, matches: [] };
  }
  return Promise.all(reading.segments.map((segment) => judgeSegment(deps, segment, place)));
}

/** What is not known is asked, or refused where nobody is; unless no rule could have said anything but yes. */
function unknown(place: PolicyPlace, why: string, strict: boolean): Opinion {
  if (place.profile === "allow_all" && !strict && place.settings?.strict !== true)
    return { decision: "allow", reason: `${why}; no rule asks or forbids, and the sandbox holds` };
  return place.attended
    ? { decision: "prompt", reason: why }
    : { decision: "forbidden", reason: `${why}, and nobody is there to ask` };
}

async function judgeSegment(
  deps: JudgeDeps,
  segment: ShellSegment,
  place: PolicyPlace,
): Promise<SegmentPart> {
  const found = deps.rules.segment(segment);
  const all = [...found.rules, ...found.requirements];
  const program = segment.words[0];
  const parts: Part[] = [];
  const rule = deciding(found.rules, found.requirements) ?? null;
  if (rule !== null) parts.push({ decision: rule.decision, reason: ruleReason(rule), rule, matches: all });
  if (program !== undefined && !program.literal)
    parts.push({
      ...unknown(place, `the program of "${segment.text}" is known only when it runs`, deps.rules.strict),
      rule: null,
      matches: [],
    });
  for (const redirect of segment.redirects) parts.push(...(await judgeRedirect(deps, redirect, place)));
  parts.push(...(await judgeIntent(deps, segment, place)));
  const said = place.settings?.segment(segment, allowingRule(parts)) ?? null;
  if (said !== null) parts.push({ ...said, rule: null, matches: [], silent: rule?.decision === "allow" });
  if (parts.length === 0)
    parts.push({
      decision: "allow",
      reason: "no rule forbids it, and the sandbox holds",
      rule: null,
      matches: [],
    });
  const { decision, reason, rule: decided } = combined(parts, []);
  const rest = [...all, ...parts.flatMap(({ matches }) => matches)].filter(
    (match) => match.id !== decided?.id,
  );
  const matches = [
    ...(decided === null ? [] : [decided]),
    ...ranked([...new Map(rest.map((m) => [m.id, m])).values()]),
  ];
  return {
    part: { decision, reason, rule: decided, matches },
    judged: { segment, decision, reason, matches },
  };
}

/** Devices that hold nothing: writing there changes no file. */
const nowhere = /^\/dev\/(?:null|zero|full|tty|stdin|stdout|stderr|fd\/\d+)$/;
/** Where every command may leave what it needs for a moment; in the sandbox it is the command's own. */
const scratch = /^\/(?:tmp|var\/tmp)(?:\/|$)/;

/** A redirect as a read or write of its target. What is read needs a rule to be spoken of at all. */
async function judgeRedirect(
  deps: JudgeDeps,
  { mode, target }: ShellRedirect,
  place: PolicyPlace,
): Promise<Part[]> {
  if (!target.literal) {
    const strict = strictAbout(deps.rules, mode);
    if (mode === "read" && !strict) return [];
    const why = `where "${target.text}" leads is known only when it runs`;
    return [{ ...unknown(place, why, strict), rule: null, matches: [] }];
  }
  if (nowhere.test(target.text)) return [];
  const part = await judgePath(deps, { named: target.text, access: mode, kind: mode }, place);
  if (part.rule !== null) return [part];
  // The default lets writes inside the workspace pass; it does not make the command one that no rule allows.
  if (part.decision === "allow") return [{ ...part, silent: true }];
  if (mode === "read" || scratch.test(path.resolve(place.workspace, target.text))) return [];
  return [part];
}

/**
 * What a command means to read, write and reach by its words, where a rule asks about that or forbids it. A rule that
 * allows it allows no command: words are no proof.
 */
async function judgeIntent(deps: JudgeDeps, segment: ShellSegment, place: PolicyPlace): Promise<Part[]> {
  const { reads, writes, network } = intentOf(segment);
  const hosts = Array.isArray(network) ? network.map((host) => fromRules(deps.rules.host(host), host)) : [];
  const named = [
    ...reads.map((word) => ({ word, access: "read" as const })),
    ...writes.map((word) => ({ word, access: "write" as const })),
  ].filter(({ access }) => strictAbout(deps.rules, access));
  const paths = await Promise.all(
    named.map(async ({ word: { text, literal }, access }): Promise<Part> => {
      if (literal) return judgePath(deps, { named: text, access, kind: "read" }, place);
      const why = `what "${text}" in "${segment.text}" stands for is known only when it runs`;
      return { ...unknown(place, why, true), rule: null, matches: [] };
    }),
  );
  const spoken = paths.filter(
    ({ rule, decision }, at) => rule !== null || (decision !== "allow" && !named[at]?.word.literal),
  );
  return [...hosts, ...spoken].filter(({ decision }) => decision !== "allow");
}

/** Whether any rule asks about reading or writing some path, or forbids it. */
function strictAbout({ set }: CompiledRules, access: PathAccess): boolean {
  return set.rules.some(
    (rule) => rule.kind === "path" && rule.access.includes(access) && rule.decision !== "allow",
  );
}

/** The rule that allows all of it, or null when any part was allowed by no rule. */
function allowingRule(parts: readonly Part[]): RuleMatch | null {
  const spoken = parts.filter(({ silent }) => silent !== true);
  const [first] = spoken;
  return first !== undefined && spoken.every(({ rule }) => rule !== null) ? first.rule : null;
}

/** The strictest of all parts, with the reason and the rule of the part that decided. */
function combined(parts: readonly Part[], segments: readonly JudgedSegment[]): Judgement {
  const decision = parts.reduce<Decision>((so_far, part) => stricter(so_far, part.decision), "allow");
  const deciders = parts.filter((part) => part.decision === decision);
  if (decision === "allow") {
    const rule = allowingRule(parts);
    const reason =
      rule === null
        ? parts.find((part) => part.rule === null && part.silent !== true)?.reason
        : ruleReason(rule);
    return { decision, reason: reason ?? parts[0]?.reason ?? "nothing forbids it", rule, segments };
  }
  const decider = deciders.find(({ rule }) => rule !== null) ?? deciders[0];
  return { decision, reason: decider?.reason ?? decision, rule: decider?.rule ?? null, segments };
}

function ruleReason({ id, decision, matched, justification }: RuleMatch): string {
  const words = matched.length === 0 ? "" : ` (${matched.join(" ")})`;
  return `rule ${id} says ${decision}${words}${justification === null ? "" : `: ${justification}`}`;
}
