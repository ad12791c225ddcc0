import type { Item, PlanAuthoring, TaskPlan } from "@harness/protocol";
import { z } from "zod";
import { inspects, jobOf } from "./plan-jobs.ts";

/** What is known of the newest turn of a thread, for what its agent means to write. */
export interface AuthoringFacts {
  /** The words it answers. */
  readonly request: string;
  /** What the agent did in it, oldest first. */
  readonly items: readonly Item[];
  /** The newest plan in the agent's own words, when it made one in this turn. */
  readonly planText: string | null;
  /** The plan a task began with. */
  readonly plan: TaskPlan | null;
  /** The commands Harness will judge the work by; none in a conversation. */
  readonly checks: readonly { readonly name: string; readonly argv: readonly string[] }[];
  /** True for the turns of a task that implement: these always mean to write. */
  readonly implements: boolean;
  /** The turn left another snapshot than the one before it. */
  readonly changed: boolean;
  /** Harness ran the checks on exactly this snapshot, and they passed. */
  readonly validated: boolean;
}

const MOST = 200;
const REQUEST = 4_000;
const FILE = /(?<![\w/.@:-])[\w@.-]+(?:\/[\w@.-]+)*\.[A-Za-z]\w{0,7}\b/g;
const TESTS = /(?:^|\/)(?:tests?|__tests__|specs?|e2e)\/|[._-](?:test|spec)\.|(?:^|\/)test_/;

/**
 * Seed 2's account of what an agent means to write and how far it is, read from what it planned, looked at and changed.
 * Null while a turn only answers. `validated` is Harness's own word, never the agent's.
 */
export function authoringOf(facts: AuthoringFacts): PlanAuthoring | null {
  const edits = pathsOf(facts.items.filter(({ kind }) => kind === "file_change"));
  const context = facts.items
    .filter(({ name }) => name === "authoring_context")
    .map(({ input }) => filesIn(input));
  const planned = facts.plan !== null || facts.planText !== null;
  const applied = facts.changed || edits.length > 0;
  if (!facts.implements && !planned && !applied && context.length === 0) return null;
  const looks = facts.items.filter((item) => item.kind === "tool_call" && inspects(jobFor(item)));
  const plan = facts.plan === null ? null : structured(facts.plan, facts.checks);
  const inspected = pathsOf(looks);
  const named = [facts.request, facts.planText ?? ""].flatMap((text) => text.match(FILE) ?? []);
  return {
    request: facts.request.slice(0, REQUEST),
    phase: phaseOf({ planned, applied, looked: looks.length > 0, validated: facts.validated }),
    candidate_files: unique([
      ...named,
      ...context.flat(),
      ...(plan?.primary_files ?? []),
      ...(plan?.validation_files ?? []),
    ]),
    inspected_files: inspected,
    edit_scope: edits,
    structured_plan: plan && {
      ...plan,
      supporting_files: inspected.filter((file) => !plan.primary_files.includes(file)),
    },
  };
}

/** The furthest it came; a plan may be made before or after looking. */
function phaseOf(came: { planned: boolean; applied: boolean; looked: boolean; validated: boolean }) {
  if (came.applied) return came.validated ? "validated" : "edits_applied";
  if (came.looked) return "files_inspected";
  return came.planned ? "plan_created" : "context_built";
}

function structured({ modules }: TaskPlan, checks: AuthoringFacts["checks"]) {
  const files = unique(modules.flatMap((module) => module.files));
  return {
    primary_files: files.filter((file) => !TESTS.test(file)),
    validation_files: files.filter((file) => TESTS.test(file)),
    planned_edits: modules
      .flatMap(({ name, description, files: of }) =>
        of.map((path) => ({ path, change: name, why: description })),
      )
      .slice(0, MOST),
    validation_plan: checks.map(({ name, argv }) => ({ command: argv.join(" "), scope: name })),
  };
}

function jobFor(item: Item) {
  return jobOf({ turn_id: "", item, done: true }, false);
}

/** The files items name, wherever an adapter puts them. */
function pathsOf(items: readonly Item[]): string[] {
  return unique(items.flatMap((item) => item.path ?? pathIn(item.input) ?? []));
}

function pathIn(input: unknown): string | undefined {
  if (typeof input !== "object" || input === null) return undefined;
  const given: Readonly<Record<string, unknown>> = { ...input };
  const path = given["path"] ?? given["file_path"] ?? given["filePath"];
  return typeof path === "string" ? path : undefined;
}

/** What grounding found for the request, before the model was asked. */
function filesIn(input: unknown): string[] {
  const found = z.object({ candidate_files: z.array(z.string()) }).safeParse(input);
  return found.success ? found.data.candidate_files : [];
}

function unique(paths: readonly string[]): string[] {
  return [...new Set(paths)].slice(0, MOST);
}
