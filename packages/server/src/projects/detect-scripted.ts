import { type Detector, type ProposedCommand, parseJson, record } from "./detector.ts";
import type { Repository } from "./repository-listing.ts";

/** Node: npm, pnpm, yarn or bun by lock file; scripts of package.json. */
export const node: Detector = (repository) => {
  const text = repository.read("package.json");
  if (text === undefined) return undefined;
  const manifest = record(parseJson(text));
  if (manifest === undefined) return { notes: ["package.json is not valid JSON and was not used."] };
  const tool = nodeTool(repository, manifest);
  const scripts = record(manifest["scripts"]) ?? {};
  const has = (name: string) =>
    typeof scripts[name] === "string" && !/no test specified/.test(String(scripts[name]));
  const types = ["typecheck", "type-check", "check-types", "tsc"].find(has);
  const names = ["lint", types, has("test") ? "test" : undefined, "build"];
  const validation = names.filter((name) => name !== undefined && has(name)) as string[];
  const depends = ["dependencies", "devDependencies", "optionalDependencies", "workspaces"].some(
    (name) => name in manifest,
  );
  return {
    setup: depends || tool.locked ? [tool.install] : [],
    validation: validation.map((name) => ({ name, argv: name === "test" ? tool.test : [...tool.run, name] })),
    cache_dirs: depends || tool.locked ? ["node_modules"] : [],
    notes:
      tool.locked || !depends
        ? []
        : [`No lock file: ${tool.install.join(" ")} takes whatever versions are newest.`],
  };
};

function nodeTool(repository: Repository, manifest: Record<string, unknown>) {
  const named = String(manifest["packageManager"] ?? "").split("@")[0];
  if (named === "pnpm" || repository.has("pnpm-lock.yaml")) {
    const locked = repository.has("pnpm-lock.yaml");
    const install = ["pnpm", "install", ...(locked ? ["--frozen-lockfile"] : [])];
    return { install, run: ["pnpm", "run"], test: ["pnpm", "test"], locked };
  }
  if (named === "yarn" || repository.has("yarn.lock")) {
    const locked = repository.has("yarn.lock");
    const classic = (repository.read("yarn.lock") ?? "").includes("yarn lockfile v1");
    const install = ["yarn", "install", ...(locked ? [classic ? "--frozen-lockfile" : "--immutable"] : [])];
    return { install, run: ["yarn", "run"], test: ["yarn", "test"], locked };
  }
  if (named === "bun" || repository.has("bun.lock", "bun.lockb")) {
    const locked = repository.has("bun.lock", "bun.lockb");
    const install = ["bun", "install", ...(locked ? ["--frozen-lockfile"] : [])];
    return { install, run: ["bun", "run"], test: ["bun", "run", "test"], locked };
  }
  const locked = repository.has("package-lock.json", "npm-shrinkwrap.json");
  // A lock file made by setup would end up in the published branch.
  const install = locked ? ["npm", "ci"] : ["npm", "install", "--no-package-lock"];
  return { install, run: ["npm", "run"], test: ["npm", "test"], locked };
}

/** Python: uv, poetry or pip in a virtual environment. */
export const python: Detector = (repository) => {
  const project = repository.read("pyproject.toml");
  const files = [
    "pyproject.toml",
    "requirements.txt",
    "setup.py",
    "setup.cfg",
    "Pipfile",
    "uv.lock",
    "poetry.lock",
  ];
  if (!repository.has(...files)) return undefined;
  const requirements = repository.rootFiles(/^requirements.*\.txt$/);
  const all = [
    project,
    repository.read("setup.cfg"),
    ...requirements.map((name) => repository.read(name)),
  ].join("\n");
  const uv = repository.has("uv.lock") || /^\[tool\.uv[\].]/m.test(project ?? "");
  const poetry = !uv && (repository.has("poetry.lock") || /^\[tool\.poetry[\].]/m.test(project ?? ""));
  const run = uv ? ["uv", "run"] : poetry ? ["poetry", "run"] : [];
  const module = (name: string) => (run.length > 0 ? [...run, name] : [".venv/bin/python", "-m", name]);
  const validation: ProposedCommand[] = [];
  if (/\bruff\b/.test(all) || repository.has("ruff.toml", ".ruff.toml"))
    validation.push({ name: "lint", argv: [...module("ruff"), "check", "."] });
  if (/\bmypy\b/.test(all) || repository.has("mypy.ini"))
    validation.push({ name: "types", argv: [...module("mypy"), "."] });
  if (
    /\bpytest\b/.test(all) ||
    repository.has("pytest.ini", "conftest.py") ||
    repository.any(/(^|\/)conftest\.py$/)
  )
    validation.push({ name: "test", argv: module("pytest") });
  else if (repository.any(/(^|\/)test_[^/]*\.py$/))
    validation.push({
      name: "test",
      argv: [...(run.length > 0 ? [...run, "python"] : [".venv/bin/python"]), "-m", "unittest"],
    });
  return { setup: pythonSetup(uv, poetry, repository, requirements), validation, cache_dirs: [".venv"] };
};

function pythonSetup(
  uv: boolean,
  poetry: boolean,
  repository: Repository,
  requirements: readonly string[],
): string[][] {
  if (uv) return [["uv", "sync", ...(repository.has("uv.lock") ? ["--locked"] : [])]];
  if (poetry) return [["poetry", "install", "--no-interaction"]];
  const install = [".venv/bin/python", "-m", "pip", "install"];
  const setup = [["python3", "-m", "venv", ".venv"]];
  for (const name of requirements) setup.push([...install, "-r", name]);
  if (repository.has("setup.py") || /^\[build-system\]/m.test(repository.read("pyproject.toml") ?? ""))
    setup.push([...install, "-e", "."]);
  return setup;
}
