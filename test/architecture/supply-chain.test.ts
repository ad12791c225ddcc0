import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

const root = path.resolve(import.meta.dirname, "../..");
const read = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), "utf8"));

const Manifest = z.looseObject({
  allowScripts: z.record(z.string(), z.boolean()).optional(),
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
  scripts: z.record(z.string(), z.string()).default({}),
});
const Lock = z.looseObject({
  packages: z.record(
    z.string(),
    z.looseObject({
      link: z.boolean().optional(),
      integrity: z.string().optional(),
      resolved: z.string().optional(),
    }),
  ),
});
const manifests = [
  "package.json",
  ...readdirSync(path.join(root, "packages")).map((name) => `packages/${name}/package.json`),
];

it("install scripts run for the pinned Node only, and we have none [req:safety.f8]", () => {
  expect(Manifest.parse(read("package.json")).allowScripts).toEqual({ node: true });
  for (const file of manifests) {
    const { scripts } = Manifest.parse(read(file));
    expect(
      Object.keys(scripts).filter((name) => /^(pre|post)?(install|prepare)$/.test(name)),
      file,
    ).toEqual([]);
  }
});

it("every package is one exact version, with its hash in the lock file [req:safety.f8]", () => {
  for (const file of manifests) {
    const { dependencies, devDependencies } = Manifest.parse(read(file));
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
      if (!name.startsWith("@harness/"))
        expect(version, `${file}: ${name}`).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
  }
  const installed = Object.entries(Lock.parse(read("package-lock.json")).packages).filter(
    ([name, { link }]) => name.includes("node_modules/") && link !== true,
  );
  expect(installed.length).toBeGreaterThan(100);
  expect(
    installed.filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? "")).map(([name]) => name),
  ).toEqual([]);
});

it("nothing that unpacks archives is a part of the product [req:safety.f4]", () => {
  const product = ["protocol", "client", "server", "cli"].flatMap((name) =>
    Object.keys(Manifest.parse(read(`packages/${name}/package.json`)).dependencies),
  );
  expect(
    product.filter((name) => /(^|[-/])(tar|zip|unzip|unzipper|yauzl|jszip|decompress|7z|rar)/.test(name)),
  ).toEqual([]);
});

const Workflow = z.looseObject({
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(
    z.string(),
    z.looseObject({
      permissions: z.record(z.string(), z.string()).default({}),
      steps: z.array(
        z.looseObject({
          uses: z.string().optional(),
          run: z.string().optional(),
          with: z.unknown().optional(),
        }),
      ),
    }),
  ),
});
const workflow = (name: string) => {
  const text = readFileSync(path.join(root, ".github/workflows", name), "utf8");
  return { text, ...Workflow.parse(parse(text)) };
};

it.each(readdirSync(path.join(root, ".github/workflows")))(
  "%s runs pinned actions with the least rights, keeps no credentials and checks signatures [req:safety.f8]",
  (name) => {
    const { text, permissions, jobs } = workflow(name);
    expect(permissions).toEqual({ contents: "read" });
    expect(text).not.toContain("secrets.");
    const steps = Object.values(jobs).flatMap((job) => job.steps);
    for (const { uses, with: settings } of steps) {
      if (uses === undefined) continue;
      expect(uses).toMatch(/^actions\/[\w-]+@[0-9a-f]{40}$/);
      if (uses.startsWith("actions/checkout@"))
        expect(settings).toMatchObject({ "persist-credentials": false });
    }
    // What somebody outside may name is never put into the text of a command.
    for (const { run } of steps) expect(run ?? "").not.toContain("${{");
    expect(steps.map(({ run }) => run)).toContain("npm audit signatures");
  },
);

it("a release proves by OIDC where it comes from [req:safety.f8]", () => {
  const { publish } = workflow("release.yml").jobs;
  expect(publish?.permissions).toEqual({ contents: "read", "id-token": "write" });
  expect(publish?.steps.at(-1)?.run).toBe("npm publish --workspace packages/cli --provenance");
});
