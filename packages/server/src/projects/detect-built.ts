import { type Detector, type Part, type ProposedCommand, parseJson, record } from "./detector.ts";
import type { Repository } from "./repository-listing.ts";

/** Rust with cargo. */
export const rust: Detector = (repository) => {
  if (!repository.has("Cargo.toml")) return undefined;
  const locked = repository.has("Cargo.lock") ? ["--locked"] : [];
  return {
    setup: [["cargo", "fetch", ...locked]],
    validation: [
      { name: "format", argv: ["cargo", "fmt", "--all", "--", "--check"] },
      { name: "check", argv: ["cargo", "check", "--all-targets", ...locked] },
      { name: "test", argv: ["cargo", "test", ...locked] },
    ],
    cache_dirs: ["target"],
  };
};

/** Go modules. */
export const go: Detector = (repository) =>
  repository.has("go.mod")
    ? {
        setup: [["go", "mod", "download"]],
        validation: [
          { name: "vet", argv: ["go", "vet", "./..."] },
          { name: "test", argv: ["go", "test", "./..."] },
        ],
      }
    : undefined;

/** Java with Maven or Gradle, by wrapper where there is one. */
export const java: Detector = (repository) => {
  if (repository.has("pom.xml")) {
    const maven = repository.has("mvnw") ? "./mvnw" : "mvn";
    return {
      setup: [[maven, "-B", "-q", "dependency:go-offline"]],
      validation: [{ name: "verify", argv: [maven, "-B", "verify"] }],
      cache_dirs: ["target"],
    };
  }
  if (!repository.has("build.gradle", "build.gradle.kts")) return undefined;
  const gradle = repository.has("gradlew") ? "./gradlew" : "gradle";
  return {
    validation: [{ name: "check", argv: [gradle, "--no-daemon", "check"] }],
    cache_dirs: [".gradle", "build"],
  };
};

/** Ruby with bundler. */
export const ruby: Detector = (repository) => {
  const gems = repository.read("Gemfile");
  if (gems === undefined) return undefined;
  const validation: ProposedCommand[] = [];
  if (/rubocop/.test(gems) || repository.has(".rubocop.yml"))
    validation.push({ name: "lint", argv: ["bundle", "exec", "rubocop"] });
  if (/rspec/.test(gems) || repository.has(".rspec"))
    validation.push({ name: "test", argv: ["bundle", "exec", "rspec"] });
  else if (repository.has("Rakefile") && repository.any(/^test\//))
    validation.push({ name: "test", argv: ["bundle", "exec", "rake", "test"] });
  return {
    setup: [
      ["bundle", "config", "set", "--local", "path", "vendor/bundle"],
      ["bundle", "install"],
    ],
    validation,
    cache_dirs: ["vendor/bundle"],
  };
};

/** Elixir with mix. */
export const elixir: Detector = (repository) =>
  repository.has("mix.exs")
    ? {
        setup: [["mix", "deps.get"]],
        validation: [
          { name: "format", argv: ["mix", "format", "--check-formatted"] },
          { name: "test", argv: ["mix", "test"] },
        ],
        cache_dirs: ["deps", "_build"],
      }
    : undefined;

/** .NET by solution or project file. */
export const dotnet: Detector = (repository) => {
  const [file] = repository.rootFiles(/\.(sln|slnx|csproj|fsproj)$/);
  return file === undefined
    ? undefined
    : {
        setup: [["dotnet", "restore", file]],
        validation: [
          { name: "build", argv: ["dotnet", "build", file, "--no-restore"] },
          { name: "test", argv: ["dotnet", "test", file, "--no-restore"] },
        ],
      };
};

/** PHP with composer. */
export const php: Detector = (repository) => {
  const manifest = record(parseJson(repository.read("composer.json") ?? ""));
  if (manifest === undefined) return undefined;
  const scripts = record(manifest["scripts"]) ?? {};
  const validation: ProposedCommand[] = [];
  if ("lint" in scripts) validation.push({ name: "lint", argv: ["composer", "run", "lint"] });
  if ("test" in scripts) validation.push({ name: "test", argv: ["composer", "run", "test"] });
  else if (repository.has("phpunit.xml", "phpunit.xml.dist"))
    validation.push({ name: "test", argv: ["vendor/bin/phpunit"] });
  return { setup: [["composer", "install", "--no-interaction"]], validation, cache_dirs: ["vendor"] };
};

/** The targets of a Makefile that by their names set up or prove. */
export function makefile(repository: Repository): Part | undefined {
  const name = repository.first("Makefile", "makefile", "GNUmakefile");
  if (name === undefined) return undefined;
  const text = repository.read(name) ?? "";
  const has = (target: string) => new RegExp(`^${target}\\s*:(?!=)`, "m").test(text);
  return {
    setup: ["deps", "setup"]
      .filter(has)
      .slice(0, 1)
      .map((target) => ["make", target]),
    validation: ["lint", "check", "test"]
      .filter(has)
      .map((target) => ({ name: target, argv: ["make", target] })),
  };
}
