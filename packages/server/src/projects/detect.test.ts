import { describe, expect, it } from "vitest";
import { detectProject } from "./detect.ts";

function detect(files: Record<string, string>) {
  return detectProject({ files: Object.keys(files), read: (name) => files[name] });
}

function commands(files: Record<string, string>): string[] {
  const { setup, validation } = detect(files);
  return [
    ...setup.map((argv) => argv.join(" ")),
    ...validation.map((one) => `${one.name}: ${one.argv.join(" ")}`),
  ];
}

const scripts = (names: Record<string, string>) => JSON.stringify({ scripts: names });
const manifest = scripts({ test: "vitest", lint: "biome", typecheck: "tsc", build: "vite", deploy: "rm" });

describe("detectProject", () => {
  it.each([
    [
      "npm with a lock file",
      { "package.json": manifest, "package-lock.json": "" },
      [
        "npm ci",
        "lint: npm run lint",
        "typecheck: npm run typecheck",
        "test: npm test",
        "build: npm run build",
      ],
    ],
    ["npm without dependencies", { "package.json": scripts({ test: "x" }) }, ["test: npm test"]],
    [
      "npm without a lock file",
      { "package.json": '{"dependencies":{"a":"1"},"scripts":{"test":"x"}}' },
      ["npm install --no-package-lock", "test: npm test"],
    ],
    [
      "the placeholder test",
      {
        "package.json": scripts({ test: 'echo "Error: no test specified" && exit 1' }),
        "package-lock.json": "",
      },
      ["npm ci"],
    ],
    [
      "pnpm",
      { "package.json": scripts({ test: "x", lint: "y" }), "pnpm-lock.yaml": "" },
      ["pnpm install --frozen-lockfile", "lint: pnpm run lint", "test: pnpm test"],
    ],
    [
      "pnpm by name",
      { "package.json": '{"packageManager":"pnpm@10.1.0","dependencies":{"a":"1"}}' },
      ["pnpm install"],
    ],
    [
      "yarn 1",
      { "package.json": scripts({ test: "x" }), "yarn.lock": "# yarn lockfile v1\n" },
      ["yarn install --frozen-lockfile", "test: yarn test"],
    ],
    [
      "yarn 4",
      { "package.json": scripts({ test: "x" }), "yarn.lock": "__metadata:\n" },
      ["yarn install --immutable", "test: yarn test"],
    ],
    [
      "bun",
      { "package.json": scripts({ test: "x" }), "bun.lock": "" },
      ["bun install --frozen-lockfile", "test: bun run test"],
    ],
    [
      "uv",
      { "pyproject.toml": '[project]\ndependencies=["pytest","ruff"]', "uv.lock": "" },
      ["uv sync --locked", "lint: uv run ruff check .", "test: uv run pytest"],
    ],
    [
      "poetry",
      { "pyproject.toml": "[tool.poetry]\n[tool.pytest.ini_options]", "poetry.lock": "" },
      ["poetry install --no-interaction", "test: poetry run pytest"],
    ],
    [
      "pip",
      { "requirements.txt": "flask\n", "requirements-dev.txt": "pytest\nmypy\n" },
      [
        "python3 -m venv .venv",
        ".venv/bin/python -m pip install -r requirements.txt",
        ".venv/bin/python -m pip install -r requirements-dev.txt",
        "types: .venv/bin/python -m mypy .",
        "test: .venv/bin/python -m pytest",
      ],
    ],
    [
      "plain python tests",
      { "setup.py": "", "tests/test_a.py": "" },
      ["python3 -m venv .venv", ".venv/bin/python -m pip install -e .", "test: .venv/bin/python -m unittest"],
    ],
    [
      "rust",
      { "Cargo.toml": "", "Cargo.lock": "" },
      [
        "cargo fetch --locked",
        "format: cargo fmt --all -- --check",
        "check: cargo check --all-targets --locked",
        "test: cargo test --locked",
      ],
    ],
    ["go", { "go.mod": "module x" }, ["go mod download", "vet: go vet ./...", "test: go test ./..."]],
    [
      "maven with wrapper",
      { "pom.xml": "", mvnw: "" },
      ["./mvnw -B -q dependency:go-offline", "verify: ./mvnw -B verify"],
    ],
    ["gradle", { "build.gradle.kts": "" }, ["check: gradle --no-daemon check"]],
    [
      "ruby",
      { Gemfile: 'gem "rspec"\ngem "rubocop"' },
      [
        "bundle config set --local path vendor/bundle",
        "bundle install",
        "lint: bundle exec rubocop",
        "test: bundle exec rspec",
      ],
    ],
    ["elixir", { "mix.exs": "" }, ["mix deps.get", "format: mix format --check-formatted", "test: mix test"]],
    [
      "dotnet",
      { "App.sln": "" },
      [
        "dotnet restore App.sln",
        "build: dotnet build App.sln --no-restore",
        "test: dotnet test App.sln --no-restore",
      ],
    ],
    [
      "php",
      { "composer.json": "{}", "phpunit.xml.dist": "" },
      ["composer install --no-interaction", "test: vendor/bin/phpunit"],
    ],
    [
      "make alone",
      { Makefile: "CC := gcc\ntest := x\nlint:\n\truff\ncheck: lint\n" },
      ["lint: make lint", "check: make check"],
    ],
    [
      "make beside something more exact",
      { Makefile: "test:\n", "go.mod": "" },
      ["go mod download", "vet: go vet ./...", "test: go test ./..."],
    ],
    [
      "two ecosystems",
      { "go.mod": "", "package.json": scripts({ lint: "x" }), "package-lock.json": "" },
      ["npm ci", "go mod download", "lint: npm run lint", "vet: go vet ./...", "test: go test ./..."],
    ],
    ["nothing", { "README.md": "" }, []],
    ["a manifest below the root", { "app/package.json": manifest }, []],
    ["a broken manifest", { "package.json": "{" }, []],
    ["a manifest of another kind", { "package.json": "[1]" }, []],
  ])("proposes commands for %s [req:detect.languages]", (_name, files, expected) => {
    expect(commands(files)).toEqual(expected);
  });

  it("names languages by how much there is, without vendored code [req:detect.languages]", () => {
    const files = [
      "a.py",
      "b.py",
      "c.go",
      "node_modules/x/1.js",
      "node_modules/x/2.js",
      "node_modules/x/3.js",
      "LICENSE",
    ];
    expect(detect(Object.fromEntries(files.map((name) => [name, ""]))).languages).toEqual(["python", "go"]);
  });

  it("proposes settings files that git ignores, and caches [req:detect.languages]", () => {
    const found = detect({
      ".env.example": "",
      ".gitignore": "/.env\n.env.local\nnode_modules\n",
      "package.json": "{}",
      "package-lock.json": "",
    });
    expect(found.copy_files).toEqual([".env", ".env.local"]);
    expect(found.cache_dirs).toEqual(["node_modules"]);
    expect(detect({ ".env": "", ".env.sample": "" }).copy_files).toEqual([]);
  });

  it("says what it did not find, and what stays off [req:detect.languages]", () => {
    const found = detect({ ".gitattributes": "*.psd filter=lfs diff=lfs merge=lfs", ".gitmodules": "" });
    expect([found.lfs, found.submodules]).toEqual([true, true]);
    expect(found.notes.join(" ")).toMatch(/No command that proves work.*LFS.*submodules/);
    expect(detect({ "package.json": '{"dependencies":{"a":"1"}}' }).notes[0]).toContain("No lock file");
  });

  it("stands a listing it cannot read [req:detect.languages]", () => {
    const names = [
      "package.json",
      "pyproject.toml",
      "Gemfile",
      "composer.json",
      "Makefile",
      ".gitignore",
      "go.mod",
    ];
    expect(detectProject({ files: names, read: () => undefined }).setup).toContainEqual([
      "go",
      "mod",
      "download",
    ]);
  });
});
