import { findExecutable } from "../agents/index.ts";
import type { NotificationChannel } from "../config/index.ts";
import type { SpawnSpec } from "../process/index.ts";
import { childEnvironment } from "../secrets/index.ts";
import { isPressing, type Message } from "./message.ts";
import type { ChannelState, Delivery, Sender, SenderDeps } from "./sender.ts";
import { linesWithin, plainLine } from "./text.ts";
import { messageJson } from "./web-senders.ts";

const TIME_LIMIT_MS = 30_000;
const MOST_OUTPUT = 16 * 1024;
const DETAIL_CHARS = 200;
/** Bubbles on a desktop cut longer texts. */
const DESKTOP_BYTES = 900;

/** Variables a program gets: to find others, to speak the user's language, to reach the user's desktop. */
const VARIABLES = [
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "LANG",
  "LC_*",
  "TZ",
  "TMPDIR",
  "DISPLAY",
  "WAYLAND_DISPLAY",
  "XAUTHORITY",
  "XDG_RUNTIME_DIR",
  "DBUS_SESSION_BUS_ADDRESS",
];

/** Gives each message as JSON to a program of the operator, on its standard input. */
export function commandSender(
  channel: Extract<NotificationChannel, { type: "command" }>,
  deps: SenderDeps,
): Sender {
  const [file = "", ...args] = channel.argv;
  return {
    send: (message, signal) =>
      run(deps, { file, args, stdin: messageJson(message, channel.name, deps.clock.now()), message, signal }),
    look: () => lookFor(deps, file, "command", `Install ${file} or correct notify.channels.`),
  };
}

/** Shows messages on the desktop of the user the server runs as. Texts are arguments: nothing in them is run. */
export function desktopSender(deps: SenderDeps): Sender {
  if (deps.platform !== "linux" && deps.platform !== "darwin") {
    const error = `There is no desktop channel on ${deps.platform}.`;
    return {
      send: async () => ({ ok: false, error }),
      look: async () => ({
        ok: false,
        detail: `unavailable: ${error}`,
        fix: "Use a webhook, ntfy or a command.",
      }),
    };
  }
  const file = deps.platform === "darwin" ? "osascript" : "notify-send";
  const args = deps.platform === "darwin" ? osascriptArgs : notifySendArgs;
  return {
    send: (message, signal) => run(deps, { file, args: args(message), message, signal }),
    look: () =>
      lookFor(deps, file, "desktop", "Install libnotify (notify-send), or use a webhook, ntfy or a command."),
  };
}

function notifySendArgs(message: Message): string[] {
  const text = linesWithin(message.text, DESKTOP_BYTES);
  // What shows it may read markup in the body.
  const body = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const urgency = isPressing(message) ? "critical" : "normal";
  return ["--app-name=Harness", `--urgency=${urgency}`, "--", message.title, body];
}

function osascriptArgs(message: Message): string[] {
  const script = [
    "on run argv",
    "display notification (item 2 of argv) with title (item 1 of argv)",
    "end run",
  ];
  const lines = script.flatMap((line) => ["-e", line]);
  return [...lines, "--", message.title, linesWithin(message.text, DESKTOP_BYTES)];
}

async function run(
  deps: SenderDeps,
  spec: Pick<SpawnSpec, "file" | "args" | "stdin"> & { message: Message; signal: AbortSignal },
): Promise<Delivery> {
  const { message, ...program } = spec;
  const env = childEnvironment({ base: deps.env, allow: VARIABLES, set: {} });
  const ended = await deps.runner.run({
    ...program,
    cwd: deps.cwd,
    env,
    cookie: `notify-${message.id}`,
    totalTimeoutMs: TIME_LIMIT_MS,
    outputCapBytes: MOST_OUTPUT,
  });
  if (ended.reason === "exited" && ended.exitCode === 0) return { ok: true };
  const how =
    ended.reason === "timeout_total"
      ? "did not end within 30 s"
      : ended.reason === "spawn_failed"
        ? `could not be started: ${ended.error ?? "unknown"}`
        : `ended with ${ended.exitCode ?? ended.signal ?? ended.reason}`;
  const said = plainLine(deps.redact(ended.stderr.text), DETAIL_CHARS);
  return { ok: false, error: `${spec.file} ${how}${said === "" ? "" : `: ${said}`}` };
}

async function lookFor(deps: SenderDeps, file: string, type: string, fix: string): Promise<ChannelState> {
  const found = await findExecutable(file, deps.env["PATH"] ?? "");
  return found === undefined
    ? { ok: false, detail: `${type}, unavailable: there is no program ${file}`, fix }
    : { ok: true, detail: `${type}, ${found}`, fix: null };
}
