import { linesOf } from "./weaker-tests.ts";

/** Programs that read what they do from a file of the repository. */
const BUILD_FILES: Readonly<Record<string, readonly string[]>> = {
  make: ["makefile", "gnumakefile"],
  gmake: ["makefile", "gnumakefile"],
  just: ["justfile", ".justfile"],
  task: ["taskfile.yml", "taskfile.yaml"],
  tox: ["tox.ini"],
  nox: ["noxfile.py"],
};
const SCRIPT_RUNNERS = new Set(["npm", "pnpm", "yarn", "bun"]);

/** Whether validation does what this file says: a command names it, or a program of one reads it. */
export function isProvingFile(path: string, commands: readonly (readonly string[])[]): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  return commands.some((argv) => {
    if (argv.some((word) => word.replace(/^\.\//, "") === path)) return true;
    const program = argv[0]?.split("/").at(-1) ?? "";
    return BUILD_FILES[program]?.includes(name) === true;
  });
}

/** The scripts of a package.json that validation runs; empty when it runs none. */
export function provingScripts(commands: readonly (readonly string[])[]): ReadonlySet<string> {
  const names = commands
    .filter(([program = ""]) => SCRIPT_RUNNERS.has(program.split("/").at(-1) ?? ""))
    .flatMap((argv) => argv.slice(1).map((word) => (word === "t" || word === "tst" ? "test" : word)))
    .filter((word) => /^[A-Za-z][\w:.-]*$/.test(word));
  return new Set(names);
}

/** The script validation runs that a patch of a package.json changes, or puts something before or after. */
export function changedScript(patch: string, scripts: ReadonlySet<string>): string | undefined {
  const keys = (sign: "+" | "-") =>
    linesOf(patch, sign).flatMap((line) => /^\s*"([^"]+)"\s*:/.exec(line)?.[1] ?? []);
  const around = [...scripts].flatMap((name) => [`pre${name}`, `post${name}`]);
  return (
    keys("-").find((name) => scripts.has(name) || around.includes(name)) ??
    keys("+").find((name) => around.includes(name))
  );
}
