import { aliasAt, configAliases } from "./aliases.ts";
import { type ConfigPath, configKeys, configRows } from "./keys.ts";
import { laterTable, laterTables } from "./later-keys.ts";
import { emptyLayer, type Layer, type LayerContext, put, putAlias } from "./layer.ts";
import { didYouMean } from "./problem.ts";
import { parseHandle } from "./secret-source.ts";
import type { TomlDocument } from "./toml.ts";

/** Reads the tables of the operator's file. Keys of later capabilities warn, one warning a table; others fail. */
export function fileLayer(document: TomlDocument, context: LayerContext, readableByOthers: boolean): Layer {
  const layer = emptyLayer();
  const later = new Map<string, string[][]>();
  const aliases: (() => void)[] = [];
  walk(document.tree, []);
  // Once every setting's own name was read.
  for (const alias of aliases) alias();
  for (const [table, paths] of later) warnLater(layer, document, table, paths);
  if (readableByOthers) warnReadable(layer, document);
  return layer;

  function walk(table: Readonly<Record<string, unknown>>, above: readonly string[]): void {
    for (const [name, value] of Object.entries(table)) {
      const path = [...above, name];
      const dotted = path.join(".");
      if (dotted === "sandbox" && typeof value === "string") place("sandbox.driver", path, value);
      else if (aliasAt(dotted)) aliases.push(() => placeAlias(path, value));
      else if (Object.hasOwn(configKeys, dotted)) place(dotted as ConfigPath, path, value);
      else if (dotted === "agents.sandbox_mode") warnSandboxMode(layer, document, value);
      else if (laterTable(laterTables, path) !== undefined) {
        const parent = above.join(".");
        later.set(parent, [...(later.get(parent) ?? []), path]);
      } else if (isTable(dotted)) {
        if (isObject(value)) walk(value, path);
        else fail(path, `[${dotted}] is a table, not a value.`);
      } else fail(path, `${dotted} is not a setting.`, elsewhere(name) ?? didYouMean(name, siblings(above)));
    }
  }

  function place(key: ConfigPath, path: readonly string[], value: unknown): void {
    const source = `${document.label}:${document.locator.find(path).line}`;
    put(layer, key, value, { source, at: (within) => position([...path, ...within]) }, context);
  }

  function placeAlias(path: readonly string[], value: unknown): void {
    const source = `${document.label}:${document.locator.find(path).line}`;
    const alias = aliasAt(path.join("."));
    if (alias) putAlias(layer, alias, value, { source, at: () => position(path) }, context);
  }

  function fail(path: readonly string[], message: string, hint?: string): void {
    layer.problems.push({ ...position(path), field: path.join("."), message, hint });
  }

  function position(path: readonly PropertyKey[]) {
    const { line, column } = document.locator.find(path);
    return { at: `${document.label}:${line}:${column}`, line, column };
  }
}

function warnLater(layer: Layer, document: TomlDocument, table: string, paths: readonly string[][]): void {
  const capability = laterTable(laterTables, paths[0] ?? [])?.capability ?? "";
  const whole = !configRows().some(([key]) => key.startsWith(`${table}.`));
  const names = paths.map((path) => (whole ? (path.at(-1) ?? "") : path.join("."))).join(", ");
  layer.warnings.push({
    code: "not_yet",
    field: whole ? table : (paths[0] ?? []).join("."),
    message: `${whole ? `[${table}] (${names})` : names} has no effect yet: ${capability} does not exist in this version.`,
    file: document.label,
    line: document.locator.find(paths[0] ?? []).line,
  });
}

function warnSandboxMode(layer: Layer, document: TomlDocument, value: unknown): void {
  const { line, column } = document.locator.find(["agents", "sandbox_mode"]);
  const modes = ["workspace-write", "read-only", "danger-full-access"];
  if (typeof value !== "string" || !modes.includes(value)) {
    const expected = modes.map((mode) => `"${mode}"`).join(" or ");
    const message = `agents.sandbox_mode must be ${expected}.`;
    layer.problems.push({
      at: `${document.label}:${line}:${column}`,
      line,
      column,
      field: "agents.sandbox_mode",
      message,
      expected,
    });
    return;
  }
  if (value === "workspace-write") return;
  layer.warnings.push({
    code: "ignored",
    field: "agents.sandbox_mode",
    message:
      value === "read-only"
        ? 'agents.sandbox_mode = "read-only" is ignored. For agents that change nothing: sandbox.profile = "read-only".'
        : 'agents.sandbox_mode = "danger-full-access" is ignored: agents stay in the sandbox. To run without one, say sandbox.max_profile and sandbox.profile, or sandbox.driver = "none".',
    file: document.label,
    line,
  });
}

function warnReadable(layer: Layer, document: TomlDocument): void {
  for (const [key, setting] of layer.settings) {
    if (!configRows().some(([path, row]) => path === key && row.secret === true)) continue;
    if (!holdsSecret(rawValue(document, key))) continue;
    layer.warnings.push({
      code: "unsafe",
      field: key,
      message: `${key} is a secret in a file others can read. Run: chmod 600 ${document.label}`,
      file: document.label,
      line: Number(setting.source.split(":").at(-1)),
    });
  }
}

function rawValue(document: TomlDocument, key: string): unknown {
  let value: unknown = document.tree;
  for (const step of key.split(".")) value = isObject(value) ? value[step] : undefined;
  return value;
}

/** Of a channel, address and token are secret; of a model endpoint its key. */
const SECRET_NAMES = new Set(["url", "token", "api_key"]);

/** Whether the file itself holds the secret, not the name of its variable. */
function holdsSecret(value: unknown): boolean {
  if (typeof value === "string") return !/\$\{\w+\}/.test(value) && parseHandle(value) === undefined;
  if (Array.isArray(value)) return value.some(holdsSecret);
  if (!isObject(value)) return false;
  return Object.entries(value).some(([name, one]) =>
    isObject(one) ? holdsSecret(one) : SECRET_NAMES.has(name) && holdsSecret(one),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Everything a file may say, as dotted paths. */
function allPaths(): string[] {
  return [
    ...Object.keys(configKeys),
    "agents.sandbox_mode",
    ...configAliases.flatMap(({ path }) => path ?? []),
    ...laterTables.flatMap((row) => row.keys.map((name) => `${row.table}.${name}`)),
  ];
}

function isTable(dotted: string): boolean {
  return allPaths().some((path) => path.startsWith(`${dotted}.`));
}

/** The names that may stand beside each other in a table. */
function siblings(above: readonly string[]): Set<string> {
  const start = above.length === 0 ? "" : `${above.join(".")}.`;
  const below = allPaths().filter((path) => path.startsWith(start));
  return new Set(below.map((path) => path.slice(start.length).split(".")[0] ?? ""));
}

/** A key that exists under another table. */
function elsewhere(name: string): string | undefined {
  const homes = Object.keys(configKeys).filter((path) => path.endsWith(`.${name}`));
  return homes.length === 0 ? undefined : `Did you mean ${homes.join(" or ")}?`;
}
