import { describe, expect, it } from "vitest";
import { mayImport, tableOwners, tableReaders } from "./bands.ts";
import { dottedName, isNode, loadSources, type Node, type SourceFile, stringValue } from "./source.ts";

const sources = loadSources();
const MAX_LINES = 300;

/** All places where a rule about syntax is broken, as `file:line`. */
function offences(files: readonly SourceFile[], broken: (node: Node, file: SourceFile) => boolean): string[] {
  return files.flatMap((file) =>
    file.nodes.filter((node) => broken(node, file)).map((node) => `${file.path}:${file.lineOf(node.start)}`),
  );
}

function outside(...folders: string[]): SourceFile[] {
  return sources.filter(
    (file) => !folders.some((folder) => `${file.path}/`.startsWith(`packages/${folder}/`)),
  );
}

/** The program a piece of code would start: first of an argv, first argument, or a property that names it. */
function startedProgram(node: Node): string | undefined {
  if (isNode(node, "ArrayExpression")) return stringValue((node["elements"] as unknown[])[0]);
  if (
    isNode(node, "Property") &&
    /^(command|program|file|executable|cmd)$/.test(dottedName(node["key"]) ?? "")
  ) {
    return stringValue(node["value"]);
  }
  const name = isNode(node, "CallExpression") ? (dottedName(node["callee"]) ?? "") : "";
  return /(^|\.)(spawn|run|execa|exec|execFile|start)(Sync)?$/.test(name)
    ? stringValue((node["arguments"] as unknown[])[0])
    : undefined;
}

function isJsonParse(node: unknown): boolean {
  return isNode(node, "CallExpression") && dottedName(node["callee"]) === "JSON.parse";
}

describe("in the source", () => {
  it("there is no export * [req:frame.rules]", () => {
    expect(sources.flatMap((file) => file.starExports.map((line) => `${file.path}:${line}`))).toEqual([]);
  });

  it("the environment is read in config and at a program's door only [req:frame.rules]", () => {
    const files = outside("server/src/config", "server/src/main.ts", "cli/bin");
    expect(offences(files, (node) => dottedName(node) === "process.env")).toEqual([]);
    const imported = files.flatMap((file) =>
      file.imports.filter(({ specifier }) => /^(node:)?process$/.test(specifier)).map(() => file.path),
    );
    expect(imported).toEqual([]);
  });

  it("programs are started in process only [req:frame.one-process-door]", () => {
    const found = outside("server/src/process").flatMap((file) =>
      file.imports
        .filter(
          ({ specifier, typeOnly }) => !typeOnly && /^(node:)?(child_process|execa|cluster)$/.test(specifier),
        )
        .map(({ line }) => `${file.path}:${line}`),
    );
    expect(found).toEqual([]);
  });

  it("git is started by git only [req:frame.one-git-runner]", () => {
    const files = outside("server/src/git");
    expect(offences(files, (node) => /(^|\/)git(\.exe)?$/.test(startedProgram(node) ?? ""))).toEqual([]);
  });

  it("requests are made in outbound only [req:safety.e4]", () => {
    // The scripted model and its tests stand outside of the product. The proxy of the sandbox is a way out of its own:
    // it judges each host and connects to the very address it judged.
    const others = ["server/src/agents/testing", "server/src/sandbox/host-proxy.ts"];
    const files = outside("server/src/outbound", ...others).filter(({ path }) => path.includes("server/src"));
    const called = offences(files, (node) => {
      const loads = isNode(node, "ImportExpression") ? node["source"] : undefined;
      if (isNode(loads, "Literal")) return /^(node:)?(https?|http2|undici)$/.test(String(loads["value"]));
      const callee = isNode(node, "CallExpression") ? dottedName(node["callee"]) : undefined;
      return callee === "fetch" || callee === "globalThis.fetch";
    });
    const imported = files.flatMap((file) =>
      file.imports
        .filter(({ specifier, typeOnly }) => !typeOnly && /^(node:)?(https?|http2|undici)$/.test(specifier))
        .map(({ line }) => `${file.path}:${line}`),
    );
    expect([...called, ...imported]).toEqual([]);
  });

  it("no shell is used [req:frame.no-shell]", () => {
    // The scripted model writes down what a real model would ask an agent's own shell tool to do; it starts nothing.
    const found = offences(outside("server/src/agents/testing"), (node) => {
      if (/(^|\/)(sh|bash|zsh|dash|cmd(\.exe)?|powershell(\.exe)?)$/.test(startedProgram(node) ?? ""))
        return true;
      if (isNode(node, "Property") && dottedName(node["key"]) === "shell") {
        return !(isNode(node["value"], "Literal") && node["value"]["value"] === false);
      }
      const name = isNode(node, "CallExpression") ? dottedName(node["callee"]) : undefined;
      return name === "exec" || /(^|\.)execSync$/.test(name ?? "");
    });
    expect(found).toEqual([]);
  });

  it("nothing parsed is believed without a schema [req:frame.rules]", () => {
    const found = offences(sources, (node) => {
      if (isNode(node, "TSAsExpression"))
        return isJsonParse(node["expression"]) && !isUnknown(node["typeAnnotation"]);
      if (!isNode(node, "VariableDeclarator") || !isJsonParse(node["init"])) return false;
      const annotation = (node["id"] as Node)["typeAnnotation"];
      return isNode(annotation) && !isUnknown(annotation["typeAnnotation"]);
    });
    expect(found).toEqual([]);
  });

  it("no module keeps state [req:frame.rules]", () => {
    const found = sources.flatMap((file) =>
      (file.program["body"] as Node[])
        .map((node) =>
          isNode(node, "ExportNamedDeclaration") && isNode(node["declaration"]) ? node["declaration"] : node,
        )
        .filter((node) => isNode(node, "VariableDeclaration") && node["kind"] !== "const" && !node["declare"])
        .map((node) => `${file.path}:${file.lineOf(node.start)}`),
    );
    expect(found).toEqual([]);
  });

  it(`files have at most ${MAX_LINES} lines [req:frame.rules]`, () => {
    const long = sources
      .map((file) => ({ path: file.path, lines: file.text.split("\n").length - 1 }))
      .filter(({ lines }) => lines > MAX_LINES);
    expect(long).toEqual([]);
  });

  it("every exported function and class says what it is for [req:frame.rules]", () => {
    expect(sources.filter((file) => !file.path.endsWith("/index.ts")).flatMap(undocumented)).toEqual([]);
  });
});

function isUnknown(annotation: unknown): boolean {
  return isNode(annotation, "TSUnknownKeyword");
}

/** Exported functions and classes without a docstring. */
function undocumented(file: SourceFile): string[] {
  const found: string[] = [];
  for (const node of file.program["body"] as Node[]) {
    const declaration = isNode(node, "ExportNamedDeclaration") ? node["declaration"] : undefined;
    if (!isNode(declaration, "FunctionDeclaration") && !isNode(declaration, "ClassDeclaration")) continue;
    if (/\*\/\s*$/.test(file.text.slice(0, node.start))) continue;
    found.push(`${file.path}:${file.lineOf(node.start)} ${dottedName(declaration["id"])}`);
  }
  return found;
}

describe("each table", () => {
  const server = sources.filter((file) => file.package === "server" && !file.inside.startsWith("storage/"));

  it("is written by the folder that owns it, and read by those above [req:frame.table-owners]", () => {
    const found: string[] = [];
    for (const file of server) {
      const folder = file.inside.split("/")[0]!;
      for (const node of file.nodes) {
        for (const { table, writes } of tablesNamed(node)) {
          const owner = tableOwners[table];
          if (owner === folder || (!writes && mayRead(folder, table))) continue;
          found.push(`${file.path}:${file.lineOf(node.start)} ${table}, of ${owner ?? "nobody"}`);
        }
      }
    }
    expect([...new Set(found)]).toEqual([]);
  });
});

function mayRead(folder: string, table: string): boolean {
  const owner = tableOwners[table];
  return (
    (owner !== undefined && mayImport(folder, owner)) || (tableReaders[table]?.includes(folder) ?? false)
  );
}

interface NamedTable {
  readonly table: string;
  readonly writes: boolean;
}

/** Tables a Kysely call or a piece of SQL text names. */
function tablesNamed(node: Node): NamedTable[] {
  if (isNode(node, "CallExpression") && isNode(node["callee"], "MemberExpression")) {
    const method = dottedName(node["callee"]["property"]) ?? "";
    const writes = /^(insertInto|updateTable|deleteFrom|replaceInto|mergeInto)$/.test(method);
    if (!writes && !/^(selectFrom|innerJoin|leftJoin|rightJoin|crossJoin)$/.test(method)) return [];
    const first = (node["arguments"] as unknown[])[0];
    const names = isNode(first, "ArrayExpression") ? (first["elements"] as unknown[]) : [first];
    return names.flatMap((name) => {
      const table = stringValue(name)?.split(" ")[0];
      return table === undefined ? [] : [{ table, writes }];
    });
  }
  if (!isNode(node, "TaggedTemplateExpression") || !/^sql(\.|$)/.test(dottedName(node["tag"]) ?? "sql"))
    return [];
  const quasis = (node["quasi"] as Node)["quasis"] as Node[];
  const text = quasis.map((quasi) => (quasi["value"] as { raw: string }).raw).join(" ? ");
  return [...text.matchAll(/\b(delete\s+from|insert\s+into|update|from|join)\s+([a-z_]+)/gi)]
    .map((match) => ({ table: match[2]!, writes: /^(delete|insert|update)/i.test(match[1]!) }))
    .filter(({ table }) => Object.hasOwn(tableOwners, table));
}
