export { CommandBar, Keys } from "./command-bar.tsx";
export { Help } from "./help.tsx";
export { CommandsContext, useCommands } from "./hooks.ts";
export { type Command, Commands } from "./registry.ts";
export { useRowKeys } from "./row-keys.ts";
