import type { AgentState, Result } from "@harness/protocol";
import { type CommandDefinition, operationCommand } from "../command.ts";
import { exitCodes } from "../failure.ts";
import { neutralLine } from "../terminal/neutral.ts";
import type { Screen } from "../terminal/screen.ts";
import { ago, shortId } from "../terminal/words.ts";
import { version } from "../version.ts";

const status = operationCommand("server/status", {
  show(result, { out, surroundings }) {
    const shown = Object.entries(result.by_status).filter(([, count]) => count > 0);
    out.facts([
      ["server", `${result.version}, process ${result.pid}${result.draining ? ", stopping" : ""}`],
      ["up", ago(result.started_at, surroundings.clock.now()).replace(" ago", "")],
      ["database", result.database],
      ["data", result.data_dir],
      ["sandbox", result.sandbox, result.sandbox === "none" ? "red" : undefined],
      ["running", `${result.running} of ${result.limit}`],
      ["queued", String(result.queued)],
      ["tasks", shown.map(([word, count]) => `${word} ${count}`).join(", ")],
    ]);
    showWaiting(result.waiting, out);
    return undefined;
  },
});

function showWaiting(waiting: Result<"server/status">["waiting"], out: Screen): void {
  if (waiting.length === 0) return;
  out.line();
  out.table(waiting, [
    {
      head: "waits",
      cell: ({ task_id }) => (out.isTerminal ? shortId(task_id) : task_id),
      tone: () => "yellow",
    },
    { head: "title", cell: ({ title }) => title },
    { head: "because", cell: ({ message }) => message, elastic: true },
    { head: "run", cell: ({ unblock }) => unblock[0] ?? "" },
  ]);
}

const doctor = operationCommand("server/doctor", {
  notes: "Works with and without a running server. Exit code 1 when something is wrong.",
  async run(context) {
    const result = await context.ask("server/doctor", {});
    if (context.json) context.out.json(result);
    else showDoctor(result, context.out);
    return result.ok ? exitCodes.ok : exitCodes.internal;
  },
  show: () => undefined,
});

function showDoctor(result: Result<"server/doctor">, out: Screen): void {
  for (const { name, ok, detail, fix } of result.checks) {
    const mark = out.paint(ok ? "green" : "red", ok ? "✓" : "✗");
    out.line(`${mark} ${neutralLine(name)}: ${neutralLine(detail)}`);
    if (!ok && fix !== null) out.line(`    fix: ${neutralLine(fix)}`);
  }
  if (result.agents.length > 0) out.line();
  showAgents(result.agents, out);
  out.line();
  out.line(
    result.ok ? out.paint("green", "Everything needed is here.") : out.paint("red", "Something is missing."),
  );
}

function showAgents(agents: readonly AgentState[], out: Screen): void {
  out.table(agents, [
    {
      head: "agent",
      cell: (agent) => (out.isTerminal ? `${ready(agent) ? "✓" : "✗"} ${agent.name}` : agent.name),
      tone: (agent) => (ready(agent) ? "green" : "dim"),
    },
    { head: "kind", cell: ({ kind }) => kind },
    {
      head: "version",
      cell: ({ installed, version }) => (installed ? (version ?? "unknown") : "not installed"),
    },
    { head: "login", cell: loginText },
    {
      head: "problem",
      cell: ({ problem, fix }) => [problem, fix].filter(Boolean).join(" → "),
      elastic: true,
    },
  ]);
}

function ready(agent: AgentState): boolean {
  return agent.installed && agent.logged_in !== false && agent.problem === null;
}

function loginText({ installed, logged_in }: AgentState): string {
  if (!installed) return "";
  return logged_in === "unknown" ? "login unknown" : logged_in ? "logged in" : "not logged in";
}

const agents = operationCommand("agent/list", {
  show(result, { out }) {
    showAgents(result.agents, out);
    return undefined;
  },
});

const login = operationCommand("auth/login_code", {
  notes: "Open the address in a browser within two minutes; it works once.",
  show(result, { out }) {
    out.line(neutralLine(result.url));
    return undefined;
  },
});

const token: CommandDefinition = {
  path: "token",
  summary: "Print the token clients send as Authorization: Bearer TOKEN",
  positionals: [],
  forms: [],
  extras: [],
  absent: {},
  async run(context) {
    const found = await context.token();
    if (context.json) context.out.json({ token: found });
    else context.out.line(found);
    return exitCodes.ok;
  },
};

const versionCommand: CommandDefinition = {
  path: "version",
  summary: "Print the version",
  positionals: [],
  forms: [],
  extras: [],
  absent: {},
  async run({ out, json }) {
    if (json) out.json({ version, node: process.versions.node });
    else out.line(version);
    return exitCodes.ok;
  },
};

/** The commands about the server itself. */
export const serverCommands: readonly CommandDefinition[] = [
  status,
  doctor,
  agents,
  login,
  token,
  versionCommand,
];
