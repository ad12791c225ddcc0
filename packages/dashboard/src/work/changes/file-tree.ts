import type { FileChange } from "./patch.ts";

/** A row of the tree: a folder, or a file in it. */
export type TreeRow = {
  /** The whole path. */
  readonly path: string;
  /** What is shown of it here. */
  readonly name: string;
  readonly depth: number;
} & ({ readonly file: FileChange } | { readonly file: null; readonly open: boolean; readonly files: number });

interface Folder {
  readonly folders: Map<string, Folder>;
  readonly files: FileChange[];
}

/**
 * The changed files as a tree, in the order of their names, folders first. Folders with nothing but one folder in them
 * share its row. A search keeps the files whose path holds every word of it, and opens all folders.
 */
export function treeRows(
  files: readonly FileChange[],
  closed: ReadonlySet<string>,
  search: string,
): TreeRow[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const root: Folder = { folders: new Map(), files: [] };
  for (const file of files) {
    const path = file.path.toLowerCase();
    if (!words.every((word) => path.includes(word))) continue;
    let folder = root;
    for (const name of file.path.split("/").slice(0, -1)) {
      const inner = folder.folders.get(name) ?? { folders: new Map(), files: [] };
      folder.folders.set(name, inner);
      folder = inner;
    }
    folder.files.push(file);
  }
  return [...walk(root, "", 0, words.length > 0 ? new Set() : closed)];
}

/** Every folder of the tree, to close all of them. */
export function foldersOf(files: readonly FileChange[]): string[] {
  return treeRows(files, new Set(), "").flatMap(({ file, path }) => (file === null ? [path] : []));
}

function* walk(
  folder: Folder,
  prefix: string,
  depth: number,
  closed: ReadonlySet<string>,
): Generator<TreeRow> {
  for (const [first, begin] of [...folder.folders].sort(([a], [b]) => (a < b ? -1 : 1))) {
    let name = first;
    let inner = begin;
    while (inner.files.length === 0 && inner.folders.size === 1) {
      const [[only, next]] = [...inner.folders] as [[string, Folder]];
      name = `${name}/${only}`;
      inner = next;
    }
    const path = `${prefix}${name}`;
    const open = !closed.has(path);
    yield { path, name, depth, file: null, open, files: sizeOf(inner) };
    if (open) yield* walk(inner, `${path}/`, depth + 1, closed);
  }
  for (const file of folder.files)
    yield { path: file.path, name: file.path.slice(prefix.length), depth, file };
}

function sizeOf({ files, folders }: Folder): number {
  return files.length + [...folders.values()].reduce((sum, inner) => sum + sizeOf(inner), 0);
}
