import path from "node:path";
import { type ConfigAlias, configAliases } from "./aliases.ts";
import type { HookEntry } from "./hook-keys.ts";
import type { AnyConfigKey } from "./key.ts";
import { type ConfigPath, configKeys, configRows, configVariable } from "./keys.ts";
import type { NotificationChannel } from "./notify-keys.ts";
import { type ConfigWarning, didYouMean, flatten, type Problem, preview } from "./problem.ts";

/** One value with the place that set it. */
export interface Setting {
  readonly value: unknown;
  readonly source: string;
}

/** The values one source sets, checked and with absolute paths, and everything wrong with the source. */
export interface Layer {
  readonly settings: Map<ConfigPath, Setting>;
  readonly problems: Problem[];
  readonly warnings: ConfigWarning[];
}

/** Where relative paths of a source count from, what `~` is, and which variables secrets may refer to. */
export interface LayerContext {
  readonly base: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A source that says nothing. */
export function emptyLayer(): Layer {
  return { settings: new Map(), problems: [], warnings: [] };
}

/** How a source talks about the place of a value. `within` leads to a part of it. */
export interface Place {
  readonly source: string;
  at(within: readonly PropertyKey[]): Pick<Problem, "at" | "line" | "column">;
}

/** Checks one value and puts it into the layer, or its problems. */
export function put(layer: Layer, key: ConfigPath, raw: unknown, place: Place, context: LayerContext): void {
  const row: AnyConfigKey = configKeys[key];
  const value = row.secret === true ? fromVariables(layer, key, raw, place, context) : raw;
  if (value === undefined) return;
  const parsed = row.type.schema.safeParse(value);
  if (!parsed.success) {
    for (const issue of flatten(parsed.error.issues, row.type.schema)) {
      const whole = issue.path.length === 0;
      const got = preview(value, row.secret === true);
      layer.problems.push({
        ...place.at(issue.path),
        field: [key, ...issue.path].join("."),
        message: whole
          ? `${key} must be ${row.type.expected}, got ${got}.`
          : located([key, ...issue.path].join("."), issue.message),
        expected: row.type.expected,
        got,
        hint: issue.hint ?? (whole ? choiceHint(row, value) : undefined),
      });
    }
    return;
  }
  layer.settings.set(key, { value: resolvePaths(row, key, parsed.data, context), source: place.source });
}

/**
 * Puts what another name of settings stands for. A place that says the same under both names is told to keep one: which
 * of them counts would be a guess.
 */
export function putAlias(
  layer: Layer,
  alias: ConfigAlias,
  raw: unknown,
  place: Place,
  context: LayerContext,
): void {
  const field = alias.path ?? alias.variable ?? "";
  const read = alias.read(raw);
  const fail = (message: string) =>
    layer.problems.push({
      ...place.at([]),
      field,
      message,
      expected: alias.expected,
      got: preview(raw, false),
    });
  if (typeof read === "string") fail(`${field} ${read}.`);
  else
    for (const [key, value] of Object.entries(read) as [ConfigPath, unknown][])
      if (layer.settings.has(key))
        fail(`${field} is another name of ${key}, which is set here too. Keep one.`);
      else put(layer, key, value, place, context);
}

/** A message that starts in small letters goes on with the name of the setting; a whole sentence follows it. */
export function located(field: string, message: string): string {
  return `${field}${/^[a-z]/.test(message) ? " " : ": "}${message}`;
}

function choiceHint(row: AnyConfigKey, value: unknown): string | undefined {
  const words = row.type.expected.match(/"([a-z-]+)"/g)?.map((word) => word.slice(1, -1)) ?? [];
  return typeof value === "string" ? didYouMean(value, words) : undefined;
}

/** The same for every text in a table or list of secrets. */
function fromVariables(
  layer: Layer,
  key: ConfigPath,
  raw: unknown,
  place: Place,
  context: LayerContext,
): unknown {
  if (Array.isArray(raw)) return raw.map((one) => fromVariables(layer, key, one, place, context));
  if (typeof raw !== "object" || raw === null || raw instanceof Date)
    return fromVariable(layer, key, raw, place, context);
  return Object.fromEntries(
    Object.entries(raw).map(([name, one]) => [name, fromVariables(layer, key, one, place, context)]),
  );
}

/** A secret written as `"${NAME}"` is read from that variable, so that the file itself holds none. */
function fromVariable(
  layer: Layer,
  key: ConfigPath,
  raw: unknown,
  place: Place,
  context: LayerContext,
): unknown {
  const name = typeof raw === "string" ? /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(raw)?.[1] : undefined;
  if (name === undefined) return raw;
  const value = context.env[name];
  if (value !== undefined && value !== "") return value;
  layer.problems.push({
    ...place.at([]),
    field: key,
    message: `${key} refers to the variable ${name}, which is not set. Set it or remove the key.`,
    expected: `a value in ${name}`,
  });
  return undefined;
}

function resolvePaths(row: AnyConfigKey, key: ConfigPath, value: unknown, context: LayerContext): unknown {
  if (key === "projects" && Array.isArray(value))
    return value.map((entry: { root: string }) => ({ ...entry, root: absolute(entry.root, context) }));
  if (key === "notify.channels" && Array.isArray(value))
    return value.map((channel: NotificationChannel) =>
      channel.type === "command" ? { ...channel, argv: withProgram(channel.argv, context) } : channel,
    );
  if (key === "hooks" && Array.isArray(value))
    return value.map((hook: HookEntry) => ({ ...hook, argv: withProgram(hook.argv, context) }));
  if (row.type.kind === "workspace" && Array.isArray(value))
    return value.map((one) => (String(one).startsWith("~") ? absolute(String(one), context) : one));
  if (row.type.kind === "paths" && Array.isArray(value))
    return value.map((one) => absolute(String(one), context));
  if (typeof value !== "string") return value;
  if (row.type.kind === "path") return absolute(value, context);
  if (row.type.kind === "executable") return withProgram([value], context)[0];
  return value;
}

/** The command with its program as an absolute path, unless it is a name to be found on PATH. */
function withProgram([program = "", ...args]: readonly string[], context: LayerContext): string[] {
  const isPath = /[\\/]/.test(program) || program.startsWith("~");
  return [isPath ? absolute(program, context) : program, ...args];
}

/** Expands `~` and makes a path absolute from the place it was written in. */
export function absolute(value: string, context: Pick<LayerContext, "base" | "home">): string {
  if (value === "~") return context.home;
  if (value.startsWith("~/")) return path.join(context.home, value.slice(2));
  return path.resolve(context.base, value);
}

/** Reads `HARNESS_*` and the vendors' own variables. An empty variable counts as not set. */
export function envLayer(context: LayerContext): Layer {
  const layer = emptyLayer();
  const known = new Set(["HARNESS_CONFIG", "HARNESS_URL", "HARNESS_TOKEN"]);
  for (const [key, row] of configRows()) {
    if (row.type.fromText === null) continue;
    const own = configVariable(key);
    known.add(own);
    const name = (context.env[own] ?? "") === "" ? row.vendorEnv : own;
    const text = name === undefined ? undefined : context.env[name];
    if (name === undefined || text === undefined || text === "") continue;
    putText(layer, key, text, `variable ${name}`, context);
  }
  for (const alias of configAliases) {
    const text = alias.variable === undefined ? undefined : context.env[alias.variable];
    if (text === undefined || text === "") continue;
    const source = `variable ${alias.variable}`;
    putAlias(layer, alias, text, { source, at: () => ({ at: source }) }, context);
  }
  for (const name of Object.keys(context.env)) {
    if (!name.startsWith("HARNESS_") || known.has(name)) continue;
    const hint = didYouMean(name, known);
    if (hint === undefined) continue;
    layer.warnings.push({
      code: "unknown_variable",
      field: name,
      message: `The variable ${name} is not one Harness reads. ${hint}`,
    });
  }
  return layer;
}

/** Puts the text of a flag or variable into a layer. */
export function putText(
  layer: Layer,
  key: ConfigPath,
  text: string,
  source: string,
  context: LayerContext,
): void {
  const row: AnyConfigKey = configKeys[key];
  const value = row.type.fromText?.(text, path.delimiter);
  const place: Place = { source, at: () => ({ at: source }) };
  if (value !== undefined) {
    put(layer, key, value, place, context);
    return;
  }
  const got = preview(text, row.secret === true);
  layer.problems.push({
    at: source,
    field: key,
    message: `${key} must be ${row.type.expected}, got ${got}.`,
    expected: row.type.expected,
    got,
  });
}
