import { configAliases } from "./aliases.ts";
import { endpointSecrets } from "./endpoint-keys.ts";
import type { AnyConfigKey } from "./key.ts";
import { type Config, type ConfigPath, configRows, configVariable } from "./keys.ts";
import { laterTables } from "./later-keys.ts";
import type { LoadedConfig } from "./load.ts";
import { channelSecrets } from "./notify-keys.ts";
import { HANDLE_FORMS, isSecretSource, literalOf, shownSource } from "./secret-source.ts";

/** The reference page of all settings, in Markdown, from the key table. */
export function renderConfigReference(): string {
  const parts = [
    "# Configuration reference",
    "",
    "Generated from the table of settings; do not edit.",
    "",
    "Sources, lowest to highest: defaults, the user's file (`~/.config/harness/config.toml`, or below `XDG_CONFIG_HOME`), the file named by `--config` or `HARNESS_CONFIG` in its place, variables, flags of `harness serve`. Relative paths in a file count from the file's directory. A misspelt key stops the start with the nearest name. A secret may be written as the name of a variable in `$" +
      "{…}`: it is then read from there at start. Or it is a handle, followed each time it is used and never kept: `" +
      HANDLE_FORMS +
      "`. A file of a secret must be readable by its owner only; a command runs without a shell, for 30 s at most.",
    "",
    '`sandbox = "none"` at the top of the file is short for `sandbox.driver`.',
  ];
  for (const [table, rows] of byTable()) {
    parts.push("", `## ${table === "" ? "at the top" : table}`, "");
    parts.push("| key | value | default | variable | flag |", "|---|---|---|---|---|");
    for (const [key, row] of rows) parts.push(tableRow(key, row));
  }
  parts.push(
    "",
    "## Other names of the same settings",
    "",
    "Seed 2's words. A place that uses both names is told to keep one.",
    "",
  );
  parts.push("| key | value | variable | stands for |", "|---|---|---|---|");
  for (const { path, variable, expected, doc } of configAliases) {
    const cells = [
      path === null ? "" : `\`${path}\``,
      expected,
      variable === undefined ? "" : `\`${variable}\``,
      doc,
    ];
    parts.push(`| ${cells.join(" | ")} |`);
  }
  parts.push("", "## Accepted, not yet effective", "", "These warn at start and change nothing.", "");
  parts.push("| table | keys | waits for |", "|---|---|---|");
  for (const { table, keys, capability } of laterTables)
    parts.push(`| ${table} | ${keys.map((name) => `\`${name}\``).join(", ")} | ${capability} |`);
  return `${parts.join("\n")}\n`;
}

function tableRow(key: ConfigPath, row: AnyConfigKey): string {
  const variables = row.type.fromText === null ? [] : [configVariable(key), row.vendorEnv];
  const cells = [
    `\`${key}\`${row.secret === true ? " (secret)" : ""}<br>${row.doc}`,
    row.type.expected,
    row.default === null ? "unset" : `\`${JSON.stringify(row.default)}\``,
    variables.flatMap((name) => (name === undefined ? [] : [`\`${name}\``])).join(", "),
    row.flag === undefined ? "" : `\`--${row.flag}\``,
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** A configuration file that says every default, with a comment on each line. */
export function renderDefaultConfig(): string {
  const lines = [
    "# Every setting of Harness with its default. Generated from the table of settings; do not edit.",
    "# Copy what you want to change to ~/.config/harness/config.toml, or pass this file with --config.",
  ];
  for (const [table, rows] of byTable()) {
    if (table !== "") lines.push("", `[${table}]`);
    for (const [key, row] of rows) {
      const name = key.split(".").at(-1) ?? key;
      if (row.type.fromText === null) lines.push("", `# ${row.doc}`);
      else if (key === "server.http_addr") continue;
      else if (row.default === null) lines.push(`# ${row.doc}`, `# ${name} =`);
      else lines.push(`# ${row.doc}`, `${name} = ${JSON.stringify(row.default)}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

function byTable(): Map<string, [ConfigPath, AnyConfigKey][]> {
  const tables = new Map<string, [ConfigPath, AnyConfigKey][]>();
  for (const [key, row] of configRows()) {
    const table = key.split(".").slice(0, -1).join(".");
    tables.set(table, [...(tables.get(table) ?? []), [key, row]]);
  }
  return tables;
}

/** One setting as `harness doctor` shows it. */
export interface ShownSetting {
  readonly key: string;
  readonly value: string;
  readonly source: string;
}

/** Every setting with its value and source; of a secret only whether it is set. */
export function describeConfig(loaded: LoadedConfig): ShownSetting[] {
  return configRows().map(([key, row]) => {
    const value = valueAt(loaded.config, key);
    const unset = value === null || (row.secret === true && isEmpty(value));
    const shown = unset
      ? "unset"
      : row.secret === true
        ? shownSecret(value)
        : JSON.stringify(value, hideSources);
    return { key, value: shown, source: loaded.sources[key] ?? "default" };
  });
}

/** The secret values among the settings, to be registered with the redactor before anything is written. */
export function configSecrets(config: Config): { readonly label: string; readonly value: string }[] {
  const single = configRows().flatMap(([key, row]) => {
    const value = row.secret === true ? valueAt(config, key) : null;
    return isSecretSource(value) ? literalOf(value).map((text) => ({ label: key, value: text })) : [];
  });
  return [...single, ...channelSecrets(config.notify.channels), ...endpointSecrets(config.agents.api)];
}

function valueAt(config: Config, key: ConfigPath): unknown {
  let value: unknown = config;
  for (const step of key.split("."))
    value =
      typeof value === "object" && value !== null
        ? Object.entries(value).find(([name]) => name === step)?.[1]
        : null;
  return value ?? null;
}

/** Of one secret its handle, which is none; of a table of them only that there are some. */
function shownSecret(value: unknown): string {
  return isSecretSource(value) ? shownSource(value) : "set";
}

/** For `JSON.stringify`: the values of variables in a table that is not secret as a whole. */
function hideSources(_name: string, value: unknown): unknown {
  return isSecretSource(value) ? shownSource(value) : value;
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
