import { z } from "zod";
import { key } from "./key.ts";
import { line, type ValueType } from "./value-type.ts";

/** Kinds of files whose change a person looks at before the work that holds it is published. */
export const protectedSets = [
  "tests",
  "validation",
  "ci",
  "owners",
  "lockfiles",
  "agents",
  "hooks",
  "machine",
] as const;

export type ProtectedSet = (typeof protectedSets)[number];

const commas = (text: string): string[] =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

const kinds: ValueType<ProtectedSet[]> = {
  get schema() {
    return z.array(z.enum(protectedSets)).max(protectedSets.length);
  },
  expected: `a list of ${protectedSets.map((kind) => `"${kind}"`).join(", ")}`,
  kind: "plain",
  fromText: commas,
};

const globs: ValueType<string[]> = {
  get schema() {
    return z.array(line(500).refine((glob) => !/^[/~]|(^|\/)\.\.(\/|$)/.test(glob))).max(200);
  },
  expected: 'a list of globs of files in the repository, such as "migrations/**"',
  kind: "plain",
  fromText: commas,
};

/** Settings of what finished work may change without a person. */
export const policyKeys = {
  "policy.protected_changes": key(
    kinds,
    [...protectedSets],
    "Changes a person approves before work is published, proven and reviewed though it is, because they decide what later work may do or run where no sandbox is. `tests`: an existing test is deleted, left out, or tests less; new and changed tests are ordinary work. `validation`: the files and package scripts the validation commands run. `ci`: workflows. `owners`: CODEOWNERS. `lockfiles`: a lock file that changes without the dependencies it pins, or goes. `agents`: instructions and settings of agents, `.harness` included. `hooks`: git hooks kept in the repository, submodules. `machine`: what runs for whoever opens the repository (`.envrc`, `.npmrc`, editor tasks, dev containers). The leave is for exactly these bytes: when they change it is asked again. An empty list asks about nothing.",
  ),
  "policy.protected_paths": key(
    globs,
    [],
    "Globs of further files whose change a person approves; a project can name more (`[policy] protected_paths` in its own file). A name without a slash fits at any depth, a directory stands for everything in it.",
  ),
} as const;
