import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** Where the two WebAssembly files lie: the engine of tree-sitter and its bash grammar. */
export interface GrammarFiles {
  readonly engine: string;
  readonly grammar: string;
}

/** The files of the installed packages; in a built release those that were copied beside the bundle. */
export function grammarFiles(): GrammarFiles {
  // The bundle is in pieces, some of them a folder deeper.
  const beside = ["./wasm/", "../wasm/"].map((folder) => fileURLToPath(new URL(folder, import.meta.url)));
  const built = beside.find((folder) => existsSync(folder));
  if (built !== undefined) {
    return { engine: `${built}web-tree-sitter.wasm`, grammar: `${built}tree-sitter-bash.wasm` };
  }
  const at = createRequire(import.meta.url).resolve;
  return {
    engine: at("web-tree-sitter/web-tree-sitter.wasm"),
    grammar: at("tree-sitter-bash/tree-sitter-bash.wasm"),
  };
}
