import { parseArgs } from "node:util";
import { HarnessError } from "@harness/protocol";
import { type ConfigPath, configRows } from "./keys.ts";
import { absolute, emptyLayer, type Layer, type LayerContext, put, putText } from "./layer.ts";
import { didYouMean } from "./problem.ts";

/** The values of command line flags by name without dashes: `{ port: "0", project: ["web=/src/web"] }`. */
export type ConfigFlags = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** A flag of `harness serve`. */
export interface ConfigFlag {
  readonly flag: string;
  readonly takesValue: boolean;
  readonly repeatable: boolean;
  readonly doc: string;
}

/** The flags of `harness serve`, for the command line and its help. */
export function configFlags(): ConfigFlag[] {
  const config: ConfigFlag = {
    flag: "config",
    takesValue: true,
    repeatable: false,
    doc: "Configuration file to read instead of the user's own.",
  };
  const rows = configRows().flatMap(([key, row]): ConfigFlag[] => {
    if (row.flag === undefined) return [];
    const takesValue = row.type.expected !== "true or false";
    return [{ flag: row.flag, takesValue, repeatable: key === "projects", doc: row.doc }];
  });
  return [config, ...rows];
}

/** Parses the words after `harness serve`. An unknown flag is `config_invalid` with the nearest name. */
export function parseConfigFlags(argv: readonly string[]): ConfigFlags {
  const flags = configFlags();
  const options = Object.fromEntries(
    flags.map(({ flag, takesValue, repeatable }) => [
      flag,
      { type: takesValue ? ("string" as const) : ("boolean" as const), multiple: repeatable },
    ]),
  );
  for (const word of argv) {
    const name = /^--([^=]+)/.exec(word)?.[1];
    if (name !== undefined && !Object.hasOwn(options, name))
      throw new HarnessError(
        "config_invalid",
        `There is no flag --${name}. ${
          didYouMean(
            `--${name}`,
            flags.map(({ flag }) => `--${flag}`),
          ) ?? "See harness serve --help."
        }`,
        { field: `--${name}` },
      );
  }
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: false })
      .values as ConfigFlags;
  } catch (error) {
    throw new HarnessError("config_invalid", error instanceof Error ? error.message : String(error));
  }
}

/** Reads flags as a source of settings. Unknown names are ignored: the command line judges its own flags. */
export function flagLayer(flags: ConfigFlags, context: LayerContext): Layer {
  const layer = emptyLayer();
  for (const [key, row] of configRows()) {
    const value = row.flag === undefined ? undefined : flags[row.flag];
    if (value === undefined) continue;
    const source = `flag --${row.flag}`;
    if (key === "projects") putProjects(layer, value, source, context);
    else if (typeof value === "boolean")
      put(layer, key, value, { source, at: () => ({ at: source }) }, context);
    else if (typeof value === "string") putText(layer, key, value, source, context);
    else layer.problems.push({ at: source, field: key, message: "is given more than once." });
  }
  return layer;
}

function putProjects(
  layer: Layer,
  value: string | boolean | readonly string[],
  source: string,
  context: LayerContext,
): void {
  const key: ConfigPath = "projects";
  const texts = typeof value === "string" ? [value] : Array.isArray(value) ? value.map(String) : [];
  const entries = texts.map((text) => {
    const split = text.indexOf("=");
    return { name: text.slice(0, Math.max(split, 0)), root: absolute(text.slice(split + 1), context), split };
  });
  const wrong = entries.findIndex((entry) => entry.split < 1);
  if (wrong >= 0 || entries.length === 0) {
    const expected = "name=path";
    layer.problems.push({
      at: source,
      field: key,
      message: `expects ${expected}.`,
      expected,
      got: texts[wrong],
    });
    return;
  }
  const projects = entries.map(({ name, root }) => ({ name, root }));
  put(layer, key, projects, { source, at: () => ({ at: source }) }, context);
}
