// Builds what users run: packages/cli/dist, one bundle in pieces. The piece with the server is loaded only by the
// commands that serve. What cannot be bundled (native code, packages loaded by name) stays a dependency.
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "./install.mjs";

const cli = join(root, "packages", "cli");
const dist = join(cli, "dist");
const started = Date.now();

const manifest = readManifest("cli");
const server = readManifest("server");
const external = Object.keys(manifest.dependencies).filter((name) => name !== "node");
for (const name of external) {
  const wanted = server.dependencies[name];
  if (manifest.dependencies[name] !== wanted)
    throw new Error(
      `packages/cli depends on ${name} ${manifest.dependencies[name]}, the server on ${wanted}: make them the same.`,
    );
}

rmSync(dist, { recursive: true, force: true });
const result = await build({
  absWorkingDir: root,
  entryPoints: [join(cli, "src", "main.ts")],
  outdir: dist,
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node24",
  external: external.flatMap((name) => [name, `${name}/*`]),
  // Bundled CommonJS calls require() for Node's own modules.
  banner: {
    js: 'import { createRequire as $require } from "node:module"; const require = $require(import.meta.url);',
  },
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});

// The dashboard, once it is built, is served from beside the bundle.
const dashboard = join(root, "packages", "dashboard", "dist");
if (existsSync(dashboard)) cpSync(dashboard, join(dist, "dashboard"), { recursive: true });
for (const name of ["LICENSE", "README.md"])
  if (existsSync(join(root, name))) cpSync(join(root, name), join(cli, name));

writeFileSync(join(dist, "build.json"), `${JSON.stringify({ at: started, version: manifest.version })}\n`);
const bytes = Object.values(result.metafile.outputs).reduce((sum, { bytes }) => sum + bytes, 0);
console.error(
  `Built packages/cli/dist: ${Object.keys(result.metafile.outputs).length} files, ${Math.round(bytes / 1024)} KB, ${Date.now() - started} ms`,
);

function readManifest(name) {
  return JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8"));
}
