import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
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
