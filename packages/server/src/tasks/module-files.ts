import type { PlanModule } from "@harness/protocol";

const TEST_FOLDER = /(^|\/)(tests?|__tests__|specs?|testing)\//i;
const TEST_NAME = /(^test_|^tests?\.|[._-](test|spec)s?\.[^.]+$|[a-z0-9](Test|Tests|Spec)\.[^.]+$)/;

/** Whether a file holds tests, told by its path. */
export function isTestFile(path: string): boolean {
  return TEST_FOLDER.test(path) || TEST_NAME.test(nameOf(path));
}

/**
 * The modules a file belongs to: those that declare it or a folder it lies in, whose name is its path or file name,
 * and for a test those whose file it is named after. Empty: nobody knows.
 */
export function modulesOf(modules: readonly PlanModule[], path: string): string[] {
  const declared = modules.filter((module) => declares(module, path));
  if (declared.length > 0 || !isTestFile(path)) return declared.map(({ name }) => name);
  const subject = stemOf(path);
  const tested = modules.filter(({ name, files }) =>
    [name, ...files].some((file) => stemOf(file) === subject),
  );
  return tested.map(({ name }) => name);
}

function declares({ name, files }: PlanModule, path: string): boolean {
  if (name === path || name === nameOf(path)) return true;
  return files.some((file) => {
    const plain = file.replace(/^\.\//, "").replace(/\/+(\*\*?)?$/, "");
    return path === plain || path.startsWith(`${plain}/`);
  });
}

/** The name of a file without folders, extension and what marks a test: what a file and its test share. */
function stemOf(path: string): string {
  return nameOf(path)
    .replace(/\.[^.]+$/, "")
    .replace(/^tests?[_.-]/i, "")
    .replace(/[_.-](test|spec)s?$/i, "")
    .replace(/(?<=[a-z0-9])(Test|Tests|Spec)$/, "")
    .toLowerCase();
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
