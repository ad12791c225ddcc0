import path from "node:path";
import type { Params, Project, ProjectProposal, ProjectSettings } from "@harness/protocol";
import type { Context } from "../command.ts";
import type { Client } from "../connection.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { repositoryRoot } from "../repository.ts";
import { confirm } from "../terminal/ask.ts";
import { showFile, showProposal } from "./project-page.ts";

/** What is known before a repository is registered. */
interface Registration {
  /** As typed; the current repository unless told. */
  readonly root: string | undefined;
  /** Parameters that win over what detection proposes. */
  readonly chosen: Readonly<Record<string, unknown>>;
  /** Take the proposal without asking. */
  readonly yes: boolean;
  /** The command that would not have to ask. */
  readonly instead: string;
}

/**
 * Looks at a repository, shows what would be registered, and asks. Settings the repository brings itself are shown
 * whole and are a question of their own; `--yes` does not answer that one.
 */
export async function proposeProject(
  client: Client,
  context: Context,
  registration: Registration,
): Promise<Params<"project/create">> {
  const { cwd } = context.surroundings;
  const root =
    registration.root === undefined ? (repositoryRoot(cwd) ?? cwd) : path.resolve(cwd, registration.root);
  const proposal = await client.call("project/detect", { root });
  const create = merged(proposal, registration.chosen);
  showProposal(
    { ...proposal, name: create.id ?? proposal.name },
    shownSettings(proposal.settings, create),
    context.err,
  );
  if (!registration.yes && !(await confirm(context, "Register this project?", registration.instead)))
    throw new CommandFailure("declined", "Nothing was registered.", { exitCode: exitCodes.usage });
  if (proposal.file.state !== "unapproved" || proposal.file.sha256 === null || create.approve_file_sha256)
    return create;
  return { ...create, ...(await askForFile(context, proposal, registration.yes)) };
}

/** Registers the project and says what it is called. */
export async function registerProject(
  client: Client,
  context: Context,
  registration: Registration,
): Promise<Project> {
  const project = await client.call("project/create", await proposeProject(client, context, registration));
  context.err.line(`Registered ${project.name}.`);
  return project;
}

async function askForFile(
  context: Context,
  { file, name }: ProjectProposal,
  yes: boolean,
): Promise<{ approve_file_sha256?: string }> {
  showFile(file, context.err);
  const instead = `harness project approve ${name} --sha256 ${file.sha256}`;
  if (yes) {
    context.err.line(`These settings do not count before a person approves them: ${instead}`);
    return {};
  }
  return (await confirm(context, "Approve these settings?", instead))
    ? { approve_file_sha256: file.sha256 ?? undefined }
    : {};
}

/** Only what the person chose is sent: the server detects again, and counts the repository's file once approved. */
function merged(
  proposal: ProjectProposal,
  chosen: Readonly<Record<string, unknown>>,
): Params<"project/create"> {
  return { id: proposal.name, ...chosen, root: proposal.root };
}

function shownSettings(proposed: ProjectSettings, create: Params<"project/create">): ProjectSettings {
  const parts = ["review", "night_limits"];
  const review = { ...proposed.review, ...create.review };
  const night_limits = { ...proposed.night_limits, ...create.night_limits };
  const known = Object.keys(proposed).filter((name) => name in create && !parts.includes(name));
  const chosen = Object.fromEntries(known.map((name) => [name, create[name as keyof typeof create]]));
  return { ...proposed, ...chosen, review, night_limits, agent: create.default_agent ?? proposed.agent };
}
