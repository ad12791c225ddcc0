import path from "node:path";
import { isExecutable } from "../executable.ts";

const TRIPLES: Readonly<Record<string, string>> = {
  "linux-x64": "x86_64-unknown-linux-musl",
  "linux-arm64": "aarch64-unknown-linux-musl",
  "darwin-x64": "x86_64-apple-darwin",
  "darwin-arm64": "aarch64-apple-darwin",
};

/** The native Codex program and the directory it needs to read of itself. */
export interface CodexProgram {
  readonly file: string;
  readonly readable: readonly string[];
}

/** Looks behind an installed `codex`: the npm package's own file only starts the program of the platform's package. */
export async function locateCodex(file: string): Promise<CodexProgram> {
  const own = path.resolve(path.dirname(file), "..");
  const platform = `${process.platform}-${process.arch}`;
  const triple = TRIPLES[platform];
  if (path.basename(file) !== "codex.js" || triple === undefined) return { file, readable: [file] };
  const packages = [path.dirname(own), path.join(own, "node_modules", "@openai")].map((scope) =>
    path.join(scope, `codex-${platform}`),
  );
  for (const folder of [...packages, own]) {
    const root = path.join(folder, "vendor", triple);
    for (const native of [path.join(root, "bin", "codex"), path.join(root, "codex", "codex")])
      if (await isExecutable(native)) return { file: native, readable: [root] };
  }
  return { file, readable: [own] };
}
