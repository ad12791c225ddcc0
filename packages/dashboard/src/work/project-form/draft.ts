import type { Params, ProjectSettings } from "@harness/protocol";
import { lineOf, linesOf, wordsOf } from "./command-lines.ts";

/** A command that proves work, as it is typed. */
export interface CheckDraft {
  readonly name: string;
  readonly command: string;
  readonly timeout: string;
}

/** The caps of a night, in the order they are shown. */
export const caps = ["max_budget_usd", "max_tokens", "max_wall_secs", "max_turns", "max_attempts"] as const;

/** The settings of a project as they are typed: lists are lines, figures are text, an empty text is "none". */
export interface SettingsDraft {
  readonly base_branch: string;
  readonly branch_prefix: string;
  readonly setup: string;
  readonly copy_files: string;
  readonly cache_dirs: string;
  readonly unproven: boolean;
  readonly validation: readonly CheckDraft[];
  readonly validation_timeout_secs: string;
  readonly default_agent: string;
  readonly max_concurrent: string;
  readonly takeover: boolean;
  readonly sandbox: string;
  readonly review: boolean;
  readonly reviewer_agent: string;
  readonly max_rounds: string;
  readonly allow_same_agent: boolean;
  readonly protected_paths: string;
  readonly allowed_hosts: string;
  readonly lfs: boolean;
  readonly submodules: boolean;
  readonly night: Readonly<Record<(typeof caps)[number], string>>;
}

/** What a person wishes of the settings of a project. */
export type SettingsWish = Omit<Params<"project/update">, "project" | "default" | "active">;

/** Settings, ready to be typed over. */
export function draftOf(settings: ProjectSettings): SettingsDraft {
  const { validation, review, night_limits: night } = settings;
  return {
    base_branch: settings.base_branch,
    branch_prefix: settings.branch_prefix,
    setup: settings.setup.map(lineOf).join("\n"),
    copy_files: settings.copy_files.join("\n"),
    cache_dirs: settings.cache_dirs.join("\n"),
    unproven: validation === "none",
    validation: (validation === "none" ? [] : validation).map(({ name, argv, timeout_secs }) => ({
      name,
      command: lineOf(argv),
      timeout: textOf(timeout_secs ?? null),
    })),
    validation_timeout_secs: String(settings.validation_timeout_secs),
    default_agent: settings.agent,
    max_concurrent: String(settings.max_concurrent),
    takeover: settings.takeover,
    sandbox: settings.sandbox ?? "",
    review: review.enabled,
    reviewer_agent: review.reviewer_agent ?? "",
    max_rounds: String(review.max_rounds),
    allow_same_agent: review.allow_same_agent,
    protected_paths: settings.protected_paths.join("\n"),
    allowed_hosts: settings.allowed_hosts.join("\n"),
    lfs: settings.lfs,
    submodules: settings.submodules,
    night: Object.fromEntries(caps.map((name) => [name, textOf(night[name])])) as SettingsDraft["night"],
  };
}

/** What was typed, as the server takes it; what is wrong with it the server says, of each field. */
export function wishOf(draft: SettingsDraft): Required<SettingsWish> {
  return {
    base_branch: draft.base_branch.trim(),
    branch_prefix: draft.branch_prefix.trim(),
    setup: linesOf(draft.setup).map(wordsOf),
    copy_files: linesOf(draft.copy_files),
    cache_dirs: linesOf(draft.cache_dirs),
    validation: draft.unproven ? "none" : draft.validation.map(checkOf),
    validation_timeout_secs: Number(draft.validation_timeout_secs),
    default_agent: draft.default_agent,
    max_concurrent: Number(draft.max_concurrent),
    takeover: draft.takeover,
    sandbox: draft.sandbox === "" ? null : (draft.sandbox as Required<SettingsWish>["sandbox"]),
    review: {
      enabled: draft.review,
      reviewer_agent: draft.reviewer_agent === "" ? null : draft.reviewer_agent,
      max_rounds: Number(draft.max_rounds),
      allow_same_agent: draft.allow_same_agent,
    },
    protected_paths: linesOf(draft.protected_paths),
    allowed_hosts: linesOf(draft.allowed_hosts),
    lfs: draft.lfs,
    submodules: draft.submodules,
    night_limits: Object.fromEntries(caps.map((name) => [name, figureOf(draft.night[name])])),
  };
}

/** Only what is another than before: what nobody touched keeps what somebody else may have set meanwhile. */
export function changedWish(before: SettingsDraft, after: SettingsDraft): SettingsWish {
  return changedOf(wishOf(before), wishOf(after)) as SettingsWish;
}

function changedOf(before: object, after: object): object {
  const was = new Map(Object.entries(before));
  return Object.fromEntries(
    Object.entries(after).flatMap(([name, value]) => {
      const old: unknown = was.get(name);
      if (JSON.stringify(old) === JSON.stringify(value)) return [];
      // Of a table only its changed entries are sent.
      return [[name, isTable(old) && isTable(value) ? changedOf(old, value) : value]];
    }),
  );
}

function isTable(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checkOf({ name, command, timeout }: CheckDraft) {
  const timeout_secs = figureOf(timeout);
  return {
    name: name.trim(),
    argv: wordsOf(command),
    ...(timeout_secs === null ? {} : { timeout_secs }),
  };
}

const textOf = (figure: number | null) => (figure === null ? "" : String(figure));
const figureOf = (text: string) => (text.trim() === "" ? null : Number(text));
