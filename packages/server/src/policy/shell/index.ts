export { createShellReader, type ShellReader } from "./reader.ts";
