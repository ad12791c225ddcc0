/** Variables by which the loader, the C library or a shell runs code or opens files of the variable's choice. */
const LOADER =
  /^(LD_.*|GLIBC_TUNABLES|GCONV_PATH|LOCPATH|ENV|BASH_ENV|BASH_FUNC_.*|SHELLOPTS|BASHOPTS|CDPATH|IFS)$/;

/**
 * Splits an environment in two: `inner` variables would act on the wrapper, which still runs unconfined, and are
 * therefore set only inside, by argument. They are never secrets; all others go by the environment, where no other
 * user of the machine can read them.
 */
export function splitEnv(env: Readonly<Record<string, string>>): {
  outer: Record<string, string>;
  inner: Record<string, string>;
} {
  const entries = Object.entries(env);
  return {
    outer: Object.fromEntries(entries.filter(([name]) => !LOADER.test(name))),
    inner: Object.fromEntries(entries.filter(([name]) => LOADER.test(name))),
  };
}
