import { homedir } from "node:os";
import { systemClock } from "@harness/protocol";
import { runCli } from "./run.ts";

/** What the program's door hands over; it alone reads the environment. */
interface Door {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The door's own file: what is started in the background goes through it again. */
  readonly program: string;
  readonly started: () => void;
}

/** Runs the command in this process and leaves its exit code there. */
export async function main({ argv, env, program, started }: Door): Promise<void> {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      // The reader of a pipe has had enough, as in `harness task list | head`. A server does not live for its reader.
      if (argv[0] !== "serve") process.exit(0);
    });
  process.exitCode = await runCli(argv, {
    env,
    cwd: process.cwd(),
    home: env["HOME"] || homedir(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    clock: systemClock,
    program: [process.execPath, program],
    onSignal,
    onControl: (signal, listener) => {
      process.on(signal, listener);
      return () => process.off(signal, listener);
    },
    leave: (code) => process.exit(code),
    started,
  });
}

function onSignal(listener: (signal: "SIGINT" | "SIGTERM") => void): () => void {
  process.on("SIGINT", listener);
  process.on("SIGTERM", listener);
  return () => {
    process.off("SIGINT", listener);
    process.off("SIGTERM", listener);
  };
}
