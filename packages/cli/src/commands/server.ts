import { answerCommands, type Result } from "@harness/protocol";
import { type CommandDefinition, type Context, operationCommand } from "../command.ts";
import { exitCodes } from "../failure.ts";
import { neutralLine } from "../terminal/neutral.ts";
import type { Screen } from "../terminal/screen.ts";
import { told } from "../terminal/told.ts";
import { ago, shortId } from "../terminal/words.ts";
import { version } from "../version.ts";
import { accountText, showAgents } from "./agent.ts";
import { freeText, reserveText } from "./disk.ts";
import { showCrash, supervisionFacts, whyNotRunning } from "./supervision-page.ts";

const status = operationCommand("server/status", {
  notes: "Without a server the exit code is 1, and the reason is shown as far as it is known.",
  async run(context) {
    try {
      await using connection = await context.connect();
      const result = await connection.client.call("server/status", {});
      if (context.json) context.out.json(result);
      else showStatus(result, context);
      return exitCodes.ok;
    } catch (error) {
      throw await whyNotRunning(context, error);
    }
  },
  show: () => undefined,
});

function showStatus(result: Result<"server/status">, { out, surroundings }: Context): void {
  const now = surroundings.clock.now();
  const shown = Object.entries(result.by_status).filter(([, count]) => count > 0);
  out.facts([
    ["server", `${result.version}, process ${result.pid}${result.draining ? ", stopping" : ""}`],
    ["up", ago(result.started_at, now).replace(" ago", "")],
    ...supervisionFacts(result, now),
    ["database", result.database],
    ["data", result.data_dir],
    ["sandbox", result.sandbox, result.sandbox === "none" ? "red" : undefined],
    ["running", `${result.running} of ${result.limit}`],
    ["queued", String(result.queued)],
    ["disk free", ...freeText(result.disk)],
    ["reserve", reserveText(result.disk)],
    ["tasks", shown.map(([word, count]) => `${word} ${count}`).join(", ")],
  ]);
  showCrash(result.supervision.last_crash, out);
  showAccounts(result.accounts, out);
  showWaiting(result.waiting, out);
  showAsked(result.asked, out);
}

/** Questions of agents nobody answered yet. */
function showAsked(asked: Result<"server/status">["asked"], out: Screen): void {
  if (asked.length === 0) return;
  out.line();
  if (out.isTerminal) {
    for (const approval of asked) {
      const head = `${out.paint("yellow", `? ${neutralLine(approval.id)}`)}  ${neutralLine(approval.agent)}`;
      told(out, head, approval.summary, answerCommands(approval).slice(0, 1));
    }
    return;
  }
  out.table(asked, [
    { head: "asks", cell: ({ id }) => id },
    { head: "agent", cell: ({ agent }) => agent },
    { head: "what", cell: ({ summary }) => summary },
    { head: "run", cell: (approval) => answerCommands(approval)[0] ?? "" },
  ]);
}

function showAccounts(accounts: Result<"server/status">["accounts"], out: Screen): void {
  if (accounts.length === 0) return;
  out.line();
  if (out.isTerminal) {
    for (const account of accounts) {
      const { agent, state, message, fix } = account;
      const head = `${out.paint(state === "stopped" ? "red" : "yellow", neutralLine(agent))}  ${accountText(account, out)}`;
      told(out, head, message ?? "", fix === null ? [] : [fix]);
    }
    return;
  }
  out.table(accounts, [
    { head: "account", cell: ({ agent }) => agent },
    { head: "state", cell: (account) => accountText(account, out) },
    { head: "because", cell: ({ message }) => message ?? "" },
    { head: "fix", cell: ({ fix }) => fix ?? "" },
  ]);
}

function showWaiting(waiting: Result<"server/status">["waiting"], out: Screen): void {
  if (waiting.length === 0) return;
  out.line();
  if (out.isTerminal) {
    for (const { task_id, title, message, unblock } of waiting) {
      const head = `${out.paint("yellow", `◆ ${shortId(task_id)}`)}  ${neutralLine(title)}`;
      told(out, head, message, unblock.slice(0, 1));
    }
    return;
  }
  out.table(waiting, [
    { head: "waits", cell: ({ task_id }) => task_id },
    { head: "title", cell: ({ title }) => title },
    { head: "because", cell: ({ message }) => message },
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

const login = operationCommand("auth/login_code", {
  notes: "Open the address in a browser within two minutes; it works once.",
  show(result, { out }) {
    out.line(neutralLine(result.url));
    return undefined;
  },
});

const versionCommand: CommandDefinition = {
  path: "version",
  summary: "Print the version",
  positionals: [],
  forms: () => [],
  extras: [],
  absent: {},
  async run({ out, json }) {
    if (json) out.json({ version, node: process.versions.node });
    else out.line(version);
    return exitCodes.ok;
  },
};

/** The commands about the server itself. */
export const serverCommands: readonly CommandDefinition[] = [status, doctor, login, versionCommand];
