import type { ProtectedSet } from "../../config/index.ts";
import { isLockFile, isLoneLockFile } from "./lock-files.ts";
import { changedScript, isProvingFile, provingScripts } from "./proving-files.ts";
import { pathMatcher, watchedPaths } from "./watched.ts";
import { weakerTest } from "./weaker-tests.ts";

/** A file of a finished change. */
export interface DiffFile {
  readonly path: string;
  /** Where a renamed file came from. */
  readonly oldPath?: string;
  readonly status: "added" | "modified" | "deleted" | "renamed" | "copied" | "type_changed";
}

/** What is watched in a change. */
export interface DiffWatch {
  readonly sets: readonly ProtectedSet[];
  /** Globs of the operator's and the project's own. */
  readonly paths: readonly string[];
  /** What proves the work. */
  readonly commands: readonly (readonly string[])[];
  readonly isTest: (path: string) => boolean;
}

/** A change of one file that a person is asked about, and why. */
export interface ProtectedChange {
  readonly path: string;
  readonly status: DiffFile["status"];
  readonly set: ProtectedSet | "configured" | "rule";
  readonly why: string;
}

/** Files whose lines must be read before they can be judged: existing tests, and scripts that prove the work. */
export function needsPatch(file: DiffFile, watch: DiffWatch): boolean {
  if (file.status !== "modified" && file.status !== "renamed") return false;
  if (watch.sets.includes("tests") && watch.isTest(file.oldPath ?? file.path)) return true;
  return watch.sets.includes("validation") && isPackage(file.path) && provingScripts(watch.commands).size > 0;
}

/**
 * What of a finished change needs a person's leave although it is proven and reviewed: whatever decides by itself
 * whether later work is good, or runs where no sandbox is. New tests, and lock files that change with the dependencies
 * they pin, are ordinary work. A file whose patch could not be read whole is asked about.
 */
export function judgeDiff(
  files: readonly DiffFile[],
  patches: ReadonlyMap<string, string>,
  watch: DiffWatch,
): ProtectedChange[] {
  const configured = pathMatcher(watch.paths);
  const byPath = Object.entries(watchedPaths).map(([set, { globs, why }]) => ({
    set: set as keyof typeof watchedPaths,
    fits: pathMatcher(globs),
    why,
  }));
  const changed = files.map(({ path }) => path);
  return files.flatMap((file): ProtectedChange[] => {
    const { path, status, oldPath } = file;
    const paths = oldPath !== undefined && status === "renamed" ? [path, oldPath] : [path];
    const asked = (set: ProtectedChange["set"], why: string) => [{ path, status, set, why }];
    if (paths.some(configured)) return asked("configured", "its path is protected in the configuration");
    const known = byPath.find(({ set, fits }) => watch.sets.includes(set) && paths.some(fits));
    if (known) return asked(known.set, `it ${known.why}`);
    const reason = reasonOf(file, { patches, watch, changed });
    return reason ? asked(reason.set, reason.why) : [];
  });
}

function reasonOf(
  file: DiffFile,
  of: {
    readonly patches: ReadonlyMap<string, string>;
    readonly watch: DiffWatch;
    readonly changed: readonly string[];
  },
): Pick<ProtectedChange, "set" | "why"> | undefined {
  const { watch, patches, changed } = of;
  const { path, status, oldPath = path } = file;
  const existed = status !== "added" && status !== "copied";
  if (watch.sets.includes("validation") && existed && isProvingFile(oldPath, watch.commands))
    return { set: "validation", why: "validation does what it says" };
  const patch = patches.get(path);
  if (needsPatch(file, watch) && patch === undefined)
    return {
      set: watch.isTest(oldPath) ? "tests" : "validation",
      why: "its change is too large to be judged",
    };
  if (watch.sets.includes("validation") && isPackage(path) && patch !== undefined) {
    const script = changedScript(patch, provingScripts(watch.commands));
    if (script !== undefined) return { set: "validation", why: `validation runs its script ${script}` };
  }
  if (watch.sets.includes("lockfiles") && isLockFile(path)) {
    if (status === "deleted") return { set: "lockfiles", why: "nothing pins the dependencies any more" };
    if (isLoneLockFile(path, changed))
      return { set: "lockfiles", why: "it changed without the dependencies it pins" };
  }
  return watch.sets.includes("tests") && existed && watch.isTest(oldPath)
    ? testReason(file, patch, watch)
    : undefined;
}

function testReason(
  { path, status }: DiffFile,
  patch: string | undefined,
  watch: DiffWatch,
): Pick<ProtectedChange, "set" | "why"> | undefined {
  if (status === "deleted") return { set: "tests", why: "a test is deleted" };
  if (status === "type_changed") return { set: "tests", why: "a test is something else now" };
  if (!watch.isTest(path)) return { set: "tests", why: "it is no test any more by its name" };
  const weaker = patch === undefined ? undefined : weakerTest(patch);
  return weaker === undefined ? undefined : { set: "tests", why: weaker };
}

function isPackage(path: string): boolean {
  return path === "package.json" || path.endsWith("/package.json");
}
