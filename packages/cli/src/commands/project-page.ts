import type { Project, ProjectProposal, ProjectSettings, Result } from "@harness/protocol";
import { capsText } from "../terminal/budget-words.ts";
import { neutralLine } from "../terminal/neutral.ts";
import type { Screen, Tone } from "../terminal/screen.ts";
import { commandText, count } from "../terminal/words.ts";

type Fact = readonly [name: string, value: string | null, tone?: Tone];

/** The settings of a project as a person reads them. */
export function settingFacts(settings: ProjectSettings): Fact[] {
  const { review, validation } = settings;
  const commands = validation === "none" ? [] : validation;
  return [
    ["base branch", settings.base_branch],
    ["branch prefix", settings.branch_prefix],
    ...settings.setup.map((argv): Fact => ["setup", commandText(argv)]),
    ...commands.map(({ argv }): Fact => ["validation", commandText(argv)]),
    ...(commands.length > 0 ? [] : [noValidation(validation)]),
    ["copy", settings.copy_files.join(", ")],
    ["cache", settings.cache_dirs.join(", ")],
    ["agent", settings.agent],
    ["review", reviewText(review), review.enabled ? undefined : "yellow"],
    ["at a time", String(settings.max_concurrent)],
    ["a night", capsText(settings.night_limits)],
    ["lfs", settings.lfs ? "on" : null],
    ["sandbox", settings.sandbox],
    ["hosts", settings.allowed_hosts.join(", ")],
    ["submodules", settings.submodules ? "on" : null],
    ["takeover", settings.takeover ? "another agent goes on when one must wait" : null],
  ];
}

/** What detection found, for a person to agree to. */
export function showProposal(proposal: ProjectProposal, settings: ProjectSettings, screen: Screen): void {
  screen.facts([
    ["project", proposal.name, "bold"],
    ["repository", proposal.root],
    ["languages", proposal.languages.join(", ")],
    ...settingFacts(settings),
  ]);
  for (const note of proposal.notes) screen.line(`${screen.paint("yellow", "note")}  ${neutralLine(note)}`);
}

/** The text of a project's own settings file and of its rules, with their hash. */
export function showFile(file: ProjectProposal["file"], screen: Screen): void {
  if (file.sha256 === null) return;
  const names = [
    ...(file.text === null ? [] : ["its own settings, .harness/config.toml"]),
    ...(file.rules === null ? [] : ["its own rules, .harness/policy.rules"]),
  ];
  screen.line(screen.paint("bold", `The repository brings ${names.join(", and ")} (${file.sha256}).`));
  if (file.text !== null) {
    screen.line("What is shown above includes them; they count only once a person has approved this text:");
    screen.block(file.text);
  }
  if (file.rules === null) return;
  screen.line("These rules judge what agents do in it; they count only once a person has approved them:");
  screen.block(file.rules);
}

/** One project on a page. */
export function showProject(project: Project, screen: Screen): undefined {
  screen.facts([
    ["project", project.name, "bold"],
    ["id", project.id],
    ["repository", project.root],
    ["state", project.active ? "active" : "inactive", project.active ? undefined : "yellow"],
    ["default", project.default ? "yes" : null],
    ...settingFacts(project.settings),
    ["own settings", project.file.state, project.file.state === "unapproved" ? "yellow" : undefined],
    ["tasks", `${project.task_count}${countsText(project.counts)}`],
  ]);
  if (project.file.state === "unapproved")
    screen.line(`Look at the file and approve it: harness project approve ${neutralLine(project.name)}`);
}

/** The registered projects. */
export function showProjects(result: Result<"project/list">, screen: Screen): undefined {
  screen.table(result.data, [
    { head: "name", cell: ({ name, default: chosen }) => (chosen && screen.isTerminal ? `${name} *` : name) },
    { head: "repository", cell: ({ root }) => root, elastic: true },
    { head: "base", cell: ({ settings }) => settings.base_branch },
    { head: "agent", cell: ({ default_agent }) => default_agent },
    { head: "tasks", cell: ({ task_count }) => String(task_count), alignRight: true },
    {
      head: "state",
      cell: ({ active, file }) => (active ? `active, own settings ${file.state}` : "inactive"),
    },
  ]);
}

/** The branches tasks of a project can begin at. */
export function showBranches(result: Result<"project/branches">, screen: Screen): undefined {
  screen.table(result.branches, [
    {
      head: "branch",
      cell: ({ name, default: usual }) => (usual && screen.isTerminal ? `${name} *` : name),
      elastic: true,
    },
    { head: "commit", cell: ({ commit }) => commit.slice(0, 12) },
    { head: "committed", cell: ({ committed_at }) => committed_at ?? "unknown" },
  ]);
  if (result.has_more) screen.line("There are more: see --limit.");
  if (result.left_out > 0)
    screen.line(
      `${count(result.left_out, "name")} left out: no task can begin at a branch called like that.`,
    );
}

function noValidation(validation: ProjectSettings["validation"]): Fact {
  return validation === "none"
    ? ["validation", "none: unproven work is accepted", "yellow"]
    : ["validation", "no command: work will wait until one is set", "yellow"];
}

function reviewText(review: ProjectSettings["review"]): string {
  if (!review.enabled) return "off";
  const by =
    review.reviewer_agent ?? (review.allow_same_agent ? "any agent, also the author" : "another agent");
  return `by ${by}, at most ${count(review.max_rounds, "round")}`;
}

function countsText(counts: Readonly<Record<string, number>>): string {
  const shown = Object.entries(counts).filter(([, count]) => count > 0);
  return shown.length === 0 ? "" : ` (${shown.map(([status, count]) => `${status} ${count}`).join(", ")})`;
}
