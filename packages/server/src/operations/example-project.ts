import { realpath } from "node:fs/promises";
import { HarnessError, type Result } from "@harness/protocol";
import { exampleTask, isExamplePackage } from "../agents/index.ts";
import { findProject, type ProjectRecord, saveProject } from "../projects/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Caller, Handlers } from "./invoke.ts";
import { present, refuseWhenDraining } from "./project-handlers.ts";
import { type Inspection, inspect, mergeSettings, proposedSettings } from "./project-settings.ts";

/** The name the example is registered by. */
const NAME = "example";
const PACKAGE_CAP = 64 * 1024;

/** The example project, for who wants to see Harness work before it works on anything of theirs. */
export function exampleHandlers(deps: OperationsDeps): Pick<Handlers, "project/example"> {
  return { "project/example": (_params, caller) => makeExample(deps, caller) };
}

/** Makes its repository and registers it, each unless it is there: what a person changed in it stays. */
async function makeExample(deps: OperationsDeps, caller: Caller): Promise<Result<"project/example">> {
  refuseWhenDraining(deps);
  const { files, root } = deps.example;
  if (files === null)
    throw new HarnessError(
      "capability_missing",
      "The files of the example are not part of this build. Install Harness again, or add a repository of yours.",
    );
  await deps.workspaces.repositories.seed({
    files,
    root,
    branch: "main",
    message: "A basket with two mistakes",
  });
  const real = await realpath(root);
  const known = await findProject(deps.storage.reader, real);
  const project = await present(deps, known ?? (await register(deps, await ownExample(deps, real), caller)));
  return { project, task: { ...exampleTask, project: project.name } };
}

/** What lies at the example's place, refused unless it is the example. */
async function ownExample(deps: OperationsDeps, root: string): Promise<Inspection> {
  const inTheWay = (cause?: unknown) =>
    new HarnessError(
      "not_a_repository",
      `${root} is in the way of the example: it is not its repository. Move it away and ask again.`,
      { got: root },
      { cause },
    );
  // The place is Harness's own, wherever projects may lie.
  const found = await inspect({ ...deps, allowedRoots: [root] }, root, undefined).catch((error: unknown) => {
    throw inTheWay(error);
  });
  const { workspaces } = deps;
  const commit = await workspaces.resolveBase(found.root, found.base_branch);
  const text = await workspaces.readBaseFile("", found.root, commit, "package.json", PACKAGE_CAP);
  if (!isExamplePackage(text ?? "")) throw inTheWay();
  return found;
}

async function register(deps: OperationsDeps, found: Inspection, caller: Caller): Promise<ProjectRecord> {
  const settings = mergeSettings(proposedSettings(deps, found), null, {
    base_branch: found.base_branch,
    // On the Node this server runs on: another may not be there, or too old.
    validation: [{ name: "test", argv: [process.execPath, "--test"] }],
    // Who has one agent only sees the whole way as well, and it is said that the review was not independent.
    review: { enabled: true, allow_same_agent: true },
  });
  return deps.log.write((tx) =>
    saveProject(
      tx,
      {
        name: NAME,
        root: found.root,
        is_default: false,
        settings,
        file: found.file,
        approved_sha256: null,
      },
      { newId: deps.newId, actor: caller.actor },
    ),
  );
}
