/** A table whose entries are made when they are first asked for, most of them never in a process. */
export function madeWhenAsked<T extends Readonly<Record<string, () => unknown>>>(
  written: T,
): { readonly [K in keyof T]: ReturnType<T[K]> } {
  const table = {};
  for (const [name, make] of Object.entries(written)) {
    let made: unknown;
    Object.defineProperty(table, name, {
      enumerable: true,
      get: () => {
        made ??= make();
        return made;
      },
    });
  }
  return table as { readonly [K in keyof T]: ReturnType<T[K]> };
}
