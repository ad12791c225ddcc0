import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "oxc-parser";

/** The top folder of the repository. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A node of the syntax tree; which fields it has depends on its type. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** One import or re-export, as written. */
export interface ImportOf {
  readonly specifier: string;
  readonly line: number;
  /** Only types cross: nothing is loaded. */
  readonly typeOnly: boolean;
}

/** A parsed source file of a package. */
export interface SourceFile {
  /** From the top of the repository, with `/`. */
  readonly path: string;
  readonly package: string;
  /** From the package's `src`: `agents/claude/adapter.ts`. */
  readonly inside: string;
  readonly text: string;
  readonly program: Node;
  /** Every node of the tree, parents first. */
  readonly nodes: readonly Node[];
  readonly imports: readonly ImportOf[];
  /** Lines of `export * from`. */
  readonly starExports: readonly number[];
  lineOf(offset: number): number;
}

/** Every file of `packages/<name>/src`, tests left out. */
export function loadSources(): SourceFile[] {
  return readdirSync(join(root, "packages"))
    .flatMap((name) => filesIn(join(root, "packages", name, "src")).map((file) => parse(name, file)))
    .filter((file) => !/\.test\.tsx?$/.test(file.path));
}

/** All files below a folder; none when it does not exist. */
export function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}

function parse(packageName: string, file: string): SourceFile {
  const text = readFileSync(file, "utf8");
  const { module, program, errors } = parseSync(file, text);
  const path = relative(root, file).replaceAll("\\", "/");
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]!.message}`);
  const lineOf = (offset: number) => text.slice(0, offset).split("\n").length;
  const imports: ImportOf[] = [];
  for (const found of module.staticImports) {
    const typeOnly = found.entries.length > 0 && found.entries.every((entry) => entry.isType);
    imports.push({ specifier: found.moduleRequest.value, line: lineOf(found.start), typeOnly });
  }
  const starExports: number[] = [];
  for (const { entries, start } of module.staticExports) {
    const request = entries.find((entry) => entry.moduleRequest)?.moduleRequest;
    if (!request) continue;
    imports.push({
      specifier: request.value,
      line: lineOf(start),
      typeOnly: entries.every((entry) => entry.isType),
    });
    if (entries.some((entry) => entry.importName.kind.startsWith("All"))) starExports.push(lineOf(start));
  }
  for (const { moduleRequest, start } of module.dynamicImports) {
    const specifier = text.slice(moduleRequest.start, moduleRequest.end).replace(/^["'`]|["'`]$/g, "");
    imports.push({ specifier, line: lineOf(start), typeOnly: false });
  }
  const inside = path.split("/").slice(3).join("/");
  const tree = program as unknown as Node;
  const nodes = [...nodesOf(tree)];
  return { path, package: packageName, inside, text, program: tree, nodes, imports, starExports, lineOf };
}

function* nodesOf(node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) yield* nodesOf(child);
    }
  }
}

/** True for a syntax node; of a given type, if told. */
export function isNode(value: unknown, type?: string): value is Node {
  if (typeof value !== "object" || value === null || !("type" in value)) return false;
  return typeof value.type === "string" && (type === undefined || value.type === type);
}

/** The text of a dotted name such as `JSON.parse`; undefined for anything else. */
export function dottedName(node: unknown): string | undefined {
  if (isNode(node, "Identifier")) return String(node["name"]);
  if (!isNode(node, "MemberExpression") || node["computed"]) return undefined;
  const object = dottedName(node["object"]);
  const property = dottedName(node["property"]);
  return object && property ? `${object}.${property}` : undefined;
}

/** The value of a string literal; undefined for anything else. */
export function stringValue(node: unknown): string | undefined {
  return isNode(node, "Literal") && typeof node["value"] === "string" ? node["value"] : undefined;
}
