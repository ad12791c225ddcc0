/** Lock files by their name, and the files whose dependencies they pin. */
const LOCK_FILES: readonly (readonly [lock: RegExp, manifest: RegExp])[] = [
  [
    /^(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?)$/,
    /^(package\.json|pnpm-workspace\.yaml)$/,
  ],
  [/^deno\.lock$/, /^(deno\.jsonc?|package\.json)$/],
  [/^cargo\.lock$/, /^cargo\.toml$/],
  [/^go\.sum$/, /^go\.(mod|work)$/],
  [/^(poetry\.lock|uv\.lock|pdm\.lock|pipfile\.lock)$/, /^(pyproject\.toml|pipfile)$/],
  [/^gemfile\.lock$/, /^(gemfile|.*\.gemspec)$/],
  [/^composer\.lock$/, /^composer\.json$/],
  [/^mix\.lock$/, /^mix\.exs$/],
  [/^pubspec\.lock$/, /^pubspec\.yaml$/],
  [/^flake\.lock$/, /^flake\.nix$/],
  [/^package\.resolved$/, /^package\.swift$/],
  [/^packages\.lock\.json$/, /\.(cs|fs|vb)proj$|^directory\.packages\.props$/],
  [/^gradle\.lockfile$/, /^(build|settings)\.gradle(\.kts)?$|^libs\.versions\.toml$/],
];

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1).toLowerCase();

/**
 * Whether a change of a lock file stands alone. With the dependencies it pins it is what every package manager does;
 * without them it puts other code behind the same names.
 */
export function isLoneLockFile(path: string, changed: readonly string[]): boolean {
  const kind = LOCK_FILES.find(([lock]) => lock.test(nameOf(path)));
  return kind !== undefined && !changed.some((other) => kind[1].test(nameOf(other)));
}

/** Whether a path is a lock file. */
export function isLockFile(path: string): boolean {
  return LOCK_FILES.some(([lock]) => lock.test(nameOf(path)));
}
