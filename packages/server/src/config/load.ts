import path from "node:path";
import { HarnessError, isWithinProfile, type SandboxProfile } from "@harness/protocol";
import { fileLayer } from "./file-layer.ts";
import { type ConfigFlags, flagLayer } from "./flags.ts";
import { type Config, type ConfigPath, configKeys, configRows } from "./keys.ts";
import { absolute, envLayer, type Layer, type LayerContext, type Setting } from "./layer.ts";
import { type ConfigWarning, configError, type Problem } from "./problem.ts";
import type { ProjectEntry } from "./shapes.ts";
import { parseToml, readConfigFile } from "./toml.ts";

/** The surroundings settings are read from; the caller hands them in, so that reading has no hidden input. */
export interface ConfigSurroundings {
  readonly flags: ConfigFlags;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

/** The resolved settings, what to tell the operator, and for each setting the place it came from. */
export interface LoadedConfig {
  readonly config: Config;
  readonly warnings: ConfigWarning[];
  /** By dotted path: `default`, `<file>:<line>`, `variable NAME` or `flag --name`. */
  readonly sources: Record<string, string>;
  /** The file that was read, or null when there was none. */
  readonly file: string | null;
}

/**
 * Reads the settings. Lowest to highest: defaults, the user's file or the one named by `--config` or
 * `$HARNESS_CONFIG` in its place, variables, flags. Fails with `config_invalid` naming file, line, column and
 * every mistake; nothing is started half configured.
 */
export function loadConfig(surroundings: ConfigSurroundings): LoadedConfig {
  const { flags, env, cwd, home } = surroundings;
  const outside: LayerContext = { base: cwd, home, env };
  const named = readNamedFile(surroundings);
  const layers = [...(named?.layer ? [named.layer] : []), envLayer(outside), flagLayer(flags, outside)];
  const problems = layers.flatMap((layer) => layer.problems);
  if (isFilled(problems)) throw configError(problems);
  const warnings = layers.flatMap((layer) => layer.warnings);
  const settings = merge(layers, surroundings);
  const check = judge(settings);
  if (isFilled(check)) throw configError(check);
  const config = nest(settings);
  const sources = Object.fromEntries([...settings].map(([key, setting]) => [key, setting.source]));
  return { config, warnings: settleWarnings(warnings, config), sources, file: named?.file ?? null };
}

/** The path of the user's own configuration file. */
export function userConfigFile(env: Readonly<Record<string, string | undefined>>, home: string): string {
  const base = env["XDG_CONFIG_HOME"];
  const folder = base !== undefined && path.isAbsolute(base) ? base : path.join(home, ".config");
  return path.join(folder, "harness", "config.toml");
}

function readNamedFile({
  flags,
  env,
  cwd,
  home,
}: ConfigSurroundings): { file: string; layer: Layer } | undefined {
  const flag = typeof flags["config"] === "string" ? flags["config"] : undefined;
  const asked = flag ?? (env["HARNESS_CONFIG"] || undefined);
  const file = asked === undefined ? userConfigFile(env, home) : absolute(asked, { base: cwd, home });
  const content = readConfigFile(file);
  if (content === undefined) {
    if (asked === undefined) return undefined;
    const by = flag === undefined ? "variable HARNESS_CONFIG" : "flag --config";
    throw new HarnessError("config_invalid", `${by}: there is no file ${file}.`, {
      field: flag === undefined ? "HARNESS_CONFIG" : "--config",
      got: file,
    });
  }
  const context: LayerContext = { base: path.dirname(file), home, env };
  return { file, layer: fileLayer(parseToml(content.bytes, file), context, content.readableByOthers) };
}

type Settings = Map<ConfigPath, Setting>;

function merge(layers: readonly Layer[], { cwd, home }: ConfigSurroundings): Settings {
  const settings: Settings = new Map();
  for (const [key, row] of configRows()) {
    const value = row.type.kind === "path" && typeof row.default === "string";
    settings.set(key, {
      value: value ? absolute(String(row.default), { base: cwd, home }) : row.default,
      source: "default",
    });
  }
  const roots = [home, cwd].filter(
    (root, index, all) => root !== path.parse(root).root && all.indexOf(root) === index,
  );
  settings.set("server.allowed_project_roots", { value: roots, source: "default" });
  for (const layer of layers) {
    splitAddress(layer);
    for (const [key, setting] of layer.settings)
      settings.set(key, key === "projects" ? mergeProjects(settings.get(key), setting) : setting);
  }
  const host = String(settings.get("server.host")?.value);
  settings.set("server.http_addr", {
    value: `${host.includes(":") ? `[${host}]` : host}:${settings.get("server.port")?.value}`,
    source: settings.get("server.port")?.source ?? "default",
  });
  return settings;
}

/** `http_addr` of a source sets host and port, unless the same source names them itself. */
function splitAddress(layer: Layer): void {
  const address = layer.settings.get("server.http_addr");
  if (address === undefined) return;
  const [, host = "", port = ""] = /^(.*):(\d+)$/.exec(String(address.value)) ?? [];
  const { source } = address;
  if (!layer.settings.has("server.host"))
    layer.settings.set("server.host", { value: host.replace(/^\[|\]$/g, ""), source });
  if (!layer.settings.has("server.port")) layer.settings.set("server.port", { value: Number(port), source });
}

function mergeProjects(below: Setting | undefined, above: Setting): Setting {
  const byName = new Map<string, ProjectEntry>();
  for (const setting of [below, above])
    for (const entry of (setting?.value ?? []) as ProjectEntry[])
      byName.set(entry.name, { ...byName.get(entry.name), ...entry });
  return { value: [...byName.values()], source: above.source };
}

/** Rules that join several settings. */
function judge(settings: Settings): Problem[] {
  const problems: Problem[] = [];
  const at = (key: ConfigPath) => settings.get(key)?.source ?? "default";
  const value = (key: ConfigPath) => settings.get(key)?.value;
  const fail = (key: ConfigPath, message: string, hint: string) =>
    problems.push({ at: at(key), field: key, message, hint, got: String(value(key)), ...lineOf(at(key)) });
  const port = Number(value("server.port"));
  if (port > 65_535) fail("server.port", `server.http_addr names the port ${port}.`, "Ports end at 65535.");
  const host = String(value("server.host"));
  if (!isLoopback(host) && value("server.allow_public_bind") !== true)
    fail(
      "server.host",
      `${host} can be reached from other machines.`,
      "Use 127.0.0.1, or set server.allow_public_bind = true (--allow-public-bind) and put TLS in front.",
    );
  if (Number(value("limits.retry_base_backoff_ms")) > Number(value("limits.retry_max_backoff_ms")))
    fail(
      "limits.retry_base_backoff_ms",
      "limits.retry_base_backoff_ms is larger than limits.retry_max_backoff_ms.",
      "Lower the first or raise the second.",
    );
  if (
    !isWithinProfile(
      value("sandbox.profile") as SandboxProfile,
      value("sandbox.max_profile") as SandboxProfile,
    )
  )
    fail(
      "sandbox.profile",
      `sandbox.profile is ${String(value("sandbox.profile"))}, but sandbox.max_profile allows no more than ${String(value("sandbox.max_profile"))}.`,
      "Raise sandbox.max_profile, or lower sandbox.profile.",
    );
  judgeProjects(value("projects") as ProjectEntry[], (message, hint) => fail("projects", message, hint));
  return problems;
}

function judgeProjects(
  projects: readonly ProjectEntry[],
  fail: (message: string, hint: string) => void,
): void {
  if (projects.filter((entry) => entry.default === true).length > 1)
    fail("More than one project is the default.", "Keep default = true on one [[projects]] entry.");
  const roots = new Map<string, string>();
  for (const { name, root } of projects) {
    const other = roots.get(root);
    if (other !== undefined) fail(`The projects ${other} and ${name} have the same root.`, "Remove one.");
    roots.set(root, name);
  }
}

function lineOf(source: string): { line?: number } {
  const line = /:(\d+)$/.exec(source)?.[1];
  return line === undefined ? {} : { line: Number(line) };
}

/** With the sandbox switched off on purpose, asking for full access says nothing that is ignored. */
function settleWarnings(warnings: readonly ConfigWarning[], config: Config): ConfigWarning[] {
  const off = config.sandbox.driver === "none";
  return warnings.filter((one) => !(off && one.field === "agents.sandbox_mode"));
}

/** True for an address only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

function nest(settings: Settings): Config {
  const tree: Record<string, unknown> = {};
  for (const key of Object.keys(configKeys) as ConfigPath[]) {
    const steps = key.split(".");
    const last = steps.pop() ?? key;
    let table = tree;
    for (const step of steps) {
      table[step] ??= {};
      table = table[step] as Record<string, unknown>;
    }
    table[last] = settings.get(key)?.value ?? null;
  }
  // Every value was judged by the schema of its row; the type is computed from the same rows.
  return tree as Config;
}

function isFilled<T>(list: readonly T[]): list is readonly [T, ...T[]] {
  return list.length > 0;
}
