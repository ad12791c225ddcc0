export { type CommandIntent, intentOf } from "./intent.ts";
export { createShellReader, type ShellReader } from "./reader.ts";
