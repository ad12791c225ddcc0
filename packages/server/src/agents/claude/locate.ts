import path from "node:path";
import { isExecutable } from "../executable.ts";

/**
 * The native program behind an installed `claude`. The npm package's own file is a placeholder until its install
 * script ran; the program itself lies in the package for the platform beside it.
 */
export async function locateClaude(file: string): Promise<string> {
  const scope = path.resolve(path.dirname(file), "../..");
  if (path.basename(scope) !== "@anthropic-ai") return file;
  const platform = `claude-code-${process.platform}-${process.arch}`;
  for (const name of [platform, `${platform}-musl`]) {
    for (const folder of [scope, path.join(scope, "claude-code", "node_modules", "@anthropic-ai")]) {
      const native = path.join(folder, name, process.platform === "win32" ? "claude.exe" : "claude");
      if (await isExecutable(native)) return native;
    }
  }
  return file;
}
