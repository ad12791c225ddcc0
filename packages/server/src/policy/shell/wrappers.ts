import { asUser, su } from "./as-user.ts";
import { builtins } from "./builtins.ts";
import { codeOptions } from "./code-options.ts";
import { env } from "./env.ts";
import { git } from "./git.ts";
import { plainWrappers } from "./plain-wrappers.ts";
import { busybox, execute, find, findCommand, parallel, watch, xargs } from "./running-wrappers.ts";
import { sed } from "./sed.ts";
import { alias, evaluate, shell, trap } from "./shells.ts";
import type { Unwrap } from "./unwrap.ts";

const shells = "bash sh zsh dash ksh mksh ash rbash".split(" ");

/** What is known to run other commands, or to with some of its options, by name. */
export const wrappers: Readonly<Record<string, Unwrap>> = {
  ...codeOptions,
  ...builtins,
  ...plainWrappers,
  ...Object.fromEntries(shells.map((name) => [name, shell])),
  eval: evaluate,
  trap,
  alias,
  env,
  command: findCommand,
  exec: execute,
  sudo: asUser,
  doas: asUser,
  su,
  runuser: su,
  xargs,
  find,
  parallel,
  watch,
  busybox,
  toybox: busybox,
  git,
  sed,
  gsed: sed,
};
