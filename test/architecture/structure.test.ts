import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, it } from "vitest";
import {
  bands,
  composition,
  dashboardFolders,
  emptyNames,
  mayImport,
  packageImports,
  placeOf,
} from "./bands.ts";
import { loadSources, root, type SourceFile } from "./source.ts";

const sources = loadSources();
const server = sources.filter((file) => file.package === "server");
const serverSrc = join(root, "packages/server/src");
const listed = Object.values(bands).flat(2) as readonly string[];

function folderOf(inside: string): string | undefined {
  return inside.includes("/") ? inside.split("/")[0] : undefined;
}

/** Where a relative import of a file leads, from the package's src. */
function target(file: SourceFile, specifier: string): string | undefined {
  return specifier.startsWith(".") ? posix.join(posix.dirname(file.inside), specifier) : undefined;
}

describe("the server's folders", () => {
  it("are the ones in the list, and all of them [req:frame.architecture]", () => {
    const folders = readdirSync(serverSrc, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    expect(folders.sort()).toEqual([...listed].sort());
  });

  it("have no files beside them but the composition [req:frame.architecture]", () => {
    const beside = server.filter((file) => !folderOf(file.inside)).map((file) => file.inside);
    expect(beside.filter((name) => !(composition as readonly string[]).includes(name))).toEqual([]);
  });

  it("import only downwards [req:frame.architecture]", () => {
    const offences: string[] = [];
    for (const file of server) {
      const from = folderOf(file.inside);
      for (const { specifier, line } of file.imports) {
        const to = target(file, specifier);
        if (!from || to === undefined) continue;
        const folder = folderOf(to) ?? to;
        if (folder !== from && !mayImport(from, folder))
          offences.push(`${file.path}:${line} ${from} -> ${folder}`);
      }
    }
    expect(offences).toEqual([]);
  });

  it("are entered only by their index.ts [req:frame.architecture]", () => {
    const offences: string[] = [];
    for (const file of server) {
      for (const { specifier, line } of file.imports) {
        const to = target(file, specifier);
        const folder = to === undefined ? undefined : folderOf(to);
        if (!folder || folder === folderOf(file.inside) || to === `${folder}/index.ts`) continue;
        offences.push(`${file.path}:${line} ${specifier}`);
      }
    }
    expect(offences).toEqual([]);
  });

  it("each have a door [req:frame.architecture]", () => {
    const without = listed.filter((folder) => !existsSync(join(serverSrc, folder, "index.ts")));
    expect(without).toEqual([]);
  });

  it("are drawn in ARCHITECTURE.md as in the list [req:frame.architecture]", () => {
    expect(drawnBands(readFileSync(join(root, "ARCHITECTURE.md"), "utf8"))).toEqual(bands);
  });
});

/** Reads lines such as `GROUND   events | storage | git sandbox   what knows nothing about tasks`. */
function drawnBands(text: string): Record<string, string[][]> {
  const drawn: Record<string, string[][]> = {};
  for (const line of text.split("\n")) {
    const match = /^ *([A-Z]+) {2,}(\S+(?: \S+)*)/.exec(line);
    if (match && Object.hasOwn(bands, match[1]!)) {
      drawn[match[1]!] = match[2]!.split(" | ").map((group) => group.split(" "));
    }
  }
  return drawn;
}

describe("the dashboard's folders", () => {
  const dashboard = sources.filter((file) => file.package === "dashboard");
  const order: readonly string[] = dashboardFolders;

  /** A folder; of the screens each is one of its own. */
  const placeIn = (inside: string) => {
    const [folder = "", screen = ""] = inside.split("/");
    return folder === "screens" ? `screens/${screen}` : folder;
  };

  it("are the ones in the list, drawn in ARCHITECTURE.md [req:frame.architecture]", () => {
    const folders = readdirSync(join(root, "packages/dashboard/src"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    expect(folders.sort()).toEqual([...order].sort());
    expect(readFileSync(join(root, "ARCHITECTURE.md"), "utf8")).toContain(order.join(" → "));
  });

  it("import only those right of them, by their index.ts; no screen imports another [req:frame.architecture]", () => {
    const offences: string[] = [];
    for (const file of dashboard) {
      const from = placeIn(file.inside);
      if (!file.inside.includes("/")) continue;
      for (const { specifier, line } of file.imports) {
        const to = target(file, specifier);
        if (to === undefined || placeIn(to) === from) continue;
        const [above, below] = [from, placeIn(to)].map((place) => order.indexOf(place.split("/")[0]!));
        if (above! >= below! || !/^(?:screens\/)?[a-z-]+\/index\.ts$/.test(to))
          offences.push(`${file.path}:${line} ${specifier}`);
      }
    }
    expect(offences).toEqual([]);
  });
});

describe("the drawing", () => {
  it("reads as it says: down, and over a bar to the right", () => {
    expect(mayImport("http", "operations")).toBe(true);
    expect(mayImport("operations", "http")).toBe(false);
    expect(mayImport("tasks", "workspaces")).toBe(false);
    expect(mayImport("git", "sandbox")).toBe(false);
    expect(mayImport("storage", "config")).toBe(true);
    expect(placeOf("nowhere")).toBeUndefined();
  });
});

describe("the packages", () => {
  it("import each other in one direction only, and never by a path [req:frame.architecture]", () => {
    const offences: string[] = [];
    for (const file of sources) {
      for (const { specifier, line } of file.imports) {
        const other = /^@harness\/([^/]+)/.exec(specifier)?.[1];
        const allowed = packageImports[file.package] ?? [];
        if (other !== undefined && !allowed.includes(other))
          offences.push(`${file.path}:${line} ${specifier}`);
        const leaves =
          target(file, specifier)?.startsWith("..") && target(file, specifier) !== "../package.json";
        if (leaves) offences.push(`${file.path}:${line} ${specifier}`);
      }
    }
    expect(offences).toEqual([]);
  });

  it("keep protocol to zod alone [req:frame.architecture]", () => {
    const outside = sources
      .filter((file) => file.package === "protocol")
      .flatMap((file) => file.imports.map(({ specifier }) => specifier))
      .filter((specifier) => !specifier.startsWith("./") && specifier !== "zod");
    expect(outside).toEqual([]);
  });

  it("have folders and files whose names say something [req:frame.architecture]", () => {
    const offences = sources
      .map((file) => file.path)
      .filter((path) => {
        const [name = "", ...folders] = path.split("/").reverse();
        return (
          folders.some((folder) => emptyNames.includes(folder)) ||
          !/^[a-z0-9]+(-[a-z0-9]+)*\.tsx?$/.test(name)
        );
      });
    expect(offences).toEqual([]);
  });
});
