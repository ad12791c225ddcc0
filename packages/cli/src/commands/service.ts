import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { backgroundOf } from "../background.ts";
import type { Context } from "../command.ts";
import { CommandFailure, exitCodes, usageFailure } from "../failure.ts";
import type { OptionForm } from "../options.ts";
import { commandText } from "../terminal/words.ts";
import { launchdPlist, type ServicePlan, serviceMark, systemdUnit } from "./service-file.ts";

/** The options of `harness up` about a service manager. */
export const serviceForms: readonly OptionForm[] = [
  {
    flags: "--install <manager>",
    doc: "Write a file that starts the server with the machine: systemd or launchd",
    path: "install",
  },
  { flags: "--print", doc: "With --install: show the file, write nothing", path: "print" },
  { flags: "--uninstall <manager>", doc: "Remove the file that --install wrote", path: "uninstall" },
];

/** How much longer than its drain a server may take to stop before it is killed (seconds). */
const BEYOND_DRAIN_S = 15;
/** What a server needs of the environment it was installed from. Keys of providers are not written into files. */
const KEPT_VARIABLES = ["PATH", "CLAUDE_CONFIG_DIR", "CODEX_HOME", "XDG_CONFIG_HOME", "LANG"];

/** One service manager: its file, and what a person types to use it. */
interface Manager {
  readonly file: (context: Context) => string;
  readonly text: (plan: ServicePlan) => string;
  readonly enable: (file: string) => readonly (readonly string[])[];
  readonly disable: (file: string) => readonly (readonly string[])[];
}

const uid = () => `gui/${process.getuid?.() ?? 0}`;
const managers: Readonly<Record<string, Manager>> = {
  systemd: {
    file: ({ surroundings: { env, home } }) => {
      const base = env["XDG_CONFIG_HOME"];
      const config = base && path.isAbsolute(base) ? base : path.join(home, ".config");
      return path.join(config, "systemd", "user", "harness.service");
    },
    text: systemdUnit,
    enable: () => [
      ["systemctl", "--user", "daemon-reload"],
      ["systemctl", "--user", "enable", "--now", "harness.service"],
      ["loginctl", "enable-linger"],
    ],
    disable: () => [
      ["systemctl", "--user", "disable", "--now", "harness.service"],
      ["systemctl", "--user", "daemon-reload"],
    ],
  },
  launchd: {
    file: ({ surroundings: { home } }) => path.join(home, "Library", "LaunchAgents", "dev.harness.plist"),
    text: launchdPlist,
    enable: (file) => [["launchctl", "bootstrap", uid(), file]],
    disable: () => [["launchctl", "bootout", `${uid()}/dev.harness`]],
  },
};

/** What a service option asks for; undefined when none was given. */
export function serviceOf(
  extras: Readonly<Record<string, unknown>>,
): ((context: Context, params: Readonly<Record<string, unknown>>) => Promise<number>) | undefined {
  const { install, uninstall: remove, print } = extras;
  if (install !== undefined && remove !== undefined)
    throw usageFailure("--install and --uninstall exclude each other.", { field: "install" });
  if (install !== undefined) {
    const manager = named(install, "--install");
    return (context, params) => installService(manager, context, params, print === true);
  }
  if (remove !== undefined) {
    const manager = named(remove, "--uninstall");
    return async (context) => uninstall(manager, context);
  }
  if (print === true) throw usageFailure("--print goes with --install.", { field: "print" });
  return undefined;
}

function named(word: unknown, flag: string): Manager {
  const manager = typeof word === "string" && Object.hasOwn(managers, word) ? managers[word] : undefined;
  if (manager !== undefined) return manager;
  throw usageFailure(
    `${flag}: expected ${Object.keys(managers).join(" or ")}, got ${JSON.stringify(word)}.`,
    {
      field: flag,
    },
  );
}

async function installService(
  manager: Manager,
  context: Context,
  params: Readonly<Record<string, unknown>>,
  print: boolean,
): Promise<number> {
  const file = manager.file(context);
  const plan = await planOf(context, params);
  const text = manager.text(plan);
  if (print) {
    if (context.json) context.out.json({ path: file, text, written: false });
    else context.out.block(text);
    return exitCodes.ok;
  }
  refuseForeign(file);
  mkdirSync(path.dirname(file), { recursive: true });
  mkdirSync(plan.logDir, { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  sayCommands(context, `Wrote ${file}. To start the server now and with the machine:`, {
    path: file,
    written: true,
    commands: manager.enable(file),
  });
  return exitCodes.ok;
}

/** Removes our file; what runs goes on until it is stopped, and the commands for that are shown. */
function uninstall(manager: Manager, context: Context): number {
  const file = manager.file(context);
  const there = lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  if (there) refuseForeign(file);
  rmSync(file, { force: true });
  sayCommands(
    context,
    there
      ? `Removed ${file}. To stop what it started:`
      : `There is no ${file}. To stop what it may have started:`,
    { path: file, removed: there, commands: manager.disable(file) },
  );
  return exitCodes.ok;
}

function sayCommands(
  { json, out }: Context,
  text: string,
  result: { readonly commands: readonly (readonly string[])[] } & Readonly<Record<string, unknown>>,
): void {
  const commands = result.commands.map(commandText);
  if (json) {
    out.json({ ...result, commands });
    return;
  }
  out.block(text);
  for (const command of commands) out.block(`  ${command}`);
}

/** A file that somebody else wrote, and anything that is not a plain file, is left alone. */
function refuseForeign(file: string): void {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found === undefined || (found.isFile() && readFileSync(file, "utf8").includes(serviceMark))) return;
  throw new CommandFailure("file_exists", `${file} was not written by harness up; it is not touched.`, {
    hint: "Move it away first, or look at ours with --print.",
    exitCode: exitCodes.usage,
  });
}

async function planOf(context: Context, params: Readonly<Record<string, unknown>>): Promise<ServicePlan> {
  const { env, home, cwd, program } = context.surroundings;
  const absolute = { ...params };
  for (const name of ["config", "project-root"])
    if (typeof absolute[name] === "string") absolute[name] = path.resolve(cwd, absolute[name]);
  if (Array.isArray(absolute["project"]))
    absolute["project"] = absolute["project"].map((text: string) => absoluteProject(text, cwd));
  if (absolute["config"] === undefined && env["HARNESS_CONFIG"])
    absolute["config"] = path.resolve(cwd, env["HARNESS_CONFIG"]);
  const { background, options, paths } = await backgroundOf(context, absolute);
  const { argv, variables } = background.commandLine({ ...options.flags, "data-dir": paths.root });
  if (Object.keys(variables).length > 0)
    throw usageFailure("A secret flag does not go into a service file.", {
      hint: "Write it into the configuration file instead.",
    });
  const settings = background.settingVariables(env);
  if (settings.secret.length > 0)
    context.err.line(
      `Not written, because others may read the file: ${settings.secret.join(", ")}. Give the server these in its configuration file, or for systemd in ~/.config/harness/environment.`,
    );
  const { HARNESS_DATA_DIR: _directory, ...plain } = settings.plain;
  const environment = {
    ...Object.fromEntries(KEPT_VARIABLES.flatMap((name) => (env[name] ? [[name, env[name]]] : []))),
    ...plain,
  };
  const words = [...program, "serve", ...argv];
  for (const text of [...words, ...Object.values(environment), home])
    if (/[\u0000-\u001f\u007f]/.test(text))
      throw usageFailure(
        `${JSON.stringify(text)} has control characters and cannot stand in a service file.`,
      );
  return {
    argv: words,
    environment,
    home,
    logDir: paths.logs,
    stopSecs: background.drainSeconds(options) + BEYOND_DRAIN_S,
  };
}

/** `name=path` with the path made absolute: the service does not run where it was installed. */
function absoluteProject(text: string, cwd: string): string {
  const split = text.indexOf("=");
  return split < 1 ? text : `${text.slice(0, split)}=${path.resolve(cwd, text.slice(split + 1))}`;
}
