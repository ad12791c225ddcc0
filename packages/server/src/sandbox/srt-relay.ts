/** What the program that starts srt has to know. Paths and settings of no secret: it travels as an argument. */
export interface RelayPlan {
  /** What may be written inside; all else was made read-only before. */
  readonly writable: readonly string[];
  /** An empty directory: srt protects what it finds around the one it is started in. */
  readonly emptyDir: string;
  /** Set for the program alone, since they would act on what starts it. */
  readonly env: Readonly<Record<string, string>>;
}

/** The part of srt's library that is used. Without network settings it leaves the network as it finds it. */
interface SrtLibrary {
  wrapWithSandboxArgv(
    command: string,
    shell: string,
    settings: { filesystem: SrtFiles },
  ): Promise<{ argv: string[] }>;
}

/** What srt fences of the file tree. */
interface SrtFiles {
  readonly denyRead: readonly string[];
  readonly allowRead: readonly string[];
  readonly allowWrite: readonly string[];
  readonly denyWrite: readonly string[];
}

/**
 * The program that starts another one in srt, as source text for `node --input-type=module -e`. It takes the plan,
 * then the program and its arguments. By its name whoever stops the run knows not to stop it before the program.
 * None of its parts holds a named function of its own: a bundler that keeps names would wrap it in a helper that is
 * not there.
 */
export function relaySource(library: string): string {
  const begin = `(${relay})(SandboxManager, JSON.parse(process.argv[1]), process.argv.slice(2));`;
  return `import { SandboxManager } from ${JSON.stringify(library)};\n${word}\n${begin}`;
}

/** One word for a shell, whatever is in it: srt takes its command as a text. */
function word(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

async function relay(srt: SrtLibrary, plan: RelayPlan, program: readonly string[]): Promise<void> {
  const { spawn } = process.getBuiltinModule("node:child_process");
  const { signals } = process.getBuiltinModule("node:os").constants;
  const here = process.cwd();
  process.title = "harness-srt";
  process.chdir(plan.emptyDir);
  const set = Object.entries(plan.env).map(([name, value]) => word(`${name}=${value}`));
  const start = ["exec", "/usr/bin/env", ...set, ...program.map(word)].join(" ");
  const allowWrite = plan.writable;
  const { argv } = await srt.wrapWithSandboxArgv(`cd ${word(here)} && unset OLDPWD && ${start}`, "bash", {
    filesystem: { denyRead: [], allowRead: [], allowWrite, denyWrite: [] },
  });
  const child = spawn(argv[0]!, argv.slice(1), { stdio: "inherit" });
  child.on("error", (error) => {
    process.stderr.write(`srt could not be started: ${error.message}\n`);
    process.exit(125);
  });
  child.on("exit", (code, signal) => process.exit(code ?? 128 + signals[signal!]));
}
