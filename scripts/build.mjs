// Builds what users run: packages/cli/dist, one bundle in pieces. The piece with the server is loaded only by the
// commands that serve. What cannot be bundled (native code, packages loaded by name) stays a dependency.
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { root } from "./install.mjs";

const cli = join(root, "packages", "cli");
const dist = join(cli, "dist");
const fresh = join(cli, "dist.new");
const dashboard = join(root, "packages", "dashboard", "dist");
const example = join(root, "examples", "demo");
const started = Date.now();

if (existsSync(join(dist, "build.json")) && newestInput() <= builtAt()) process.exit(0);

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

// What is taken in another way than it is written: each of it is time and memory of every start.
const instead = [
  {
    // An ES import of `node:http` reads all it exports, and the getters among that load the whole of `fetch`: 45 ms.
    // require() reads what is used.
    path: /^(node:)?http$/,
    kind: "import-statement",
    contents: 'module.exports = require("node:http");',
  },
  // The messages of zod in fifty languages. English is imported by itself.
  { path: /^\.\.\/locales\/index\.js$/, from: /\/zod\//, contents: "export {};" },
  // What compiles schemas of routes: no route has one, and the edge says so to Fastify.
  {
    path: /^@fastify\/(ajv|fast-json-stringify)-compiler$/,
    contents: 'module.exports = () => { throw new Error("Routes have no schemas."); };',
  },
];
const taking = {
  name: "instead",
  setup({ onResolve, onLoad }) {
    for (const [index, { path, kind, from = /.*/ }] of instead.entries())
      onResolve({ filter: path }, (asked) =>
        (kind === undefined || kind === asked.kind) && from.test(asked.importer)
          ? { path: String(index), namespace: "instead" }
          : undefined,
      );
    onLoad({ filter: /.*/, namespace: "instead" }, ({ path }) => ({ contents: instead[path].contents }));
  },
};

rmSync(fresh, { recursive: true, force: true });
const result = await build({
  absWorkingDir: root,
  entryPoints: {
    main: join(cli, "src", "main.ts"),
    // Files of rules are read in a thread, which starts from a file of its own.
    "rule-worker": join(root, "packages", "server", "src", "policy", "rules", "rule-worker.ts"),
  },
  outdir: fresh,
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node24",
  external: external.flatMap((name) => [name, `${name}/*`]),
  plugins: [taking],
  // Bundled CommonJS calls require() for Node's own modules.
  banner: {
    js: 'import { createRequire as $require } from "node:module"; const require = $require(import.meta.url);',
  },
  legalComments: "none",
  // Less to read at start and to keep in memory; names stay, so that a stack trace can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  metafile: true,
  logLevel: "warning",
});

// What reads shell texts is WebAssembly, which no bundle takes in.
const require = createRequire(join(root, "packages", "server", "package.json"));
for (const name of ["web-tree-sitter/web-tree-sitter.wasm", "tree-sitter-bash/tree-sitter-bash.wasm"])
  cpSync(require.resolve(name), join(fresh, "wasm", basename(name)));

await buildDashboard();
cpSync(dashboard, join(fresh, "dashboard"), { recursive: true });
cpSync(example, join(fresh, "example"), { recursive: true });
for (const name of ["LICENSE", "README.md"])
  if (existsSync(join(root, name))) cpSync(join(root, name), join(cli, name));

writeFileSync(join(fresh, "build.json"), `${JSON.stringify({ at: started, version: manifest.version })}\n`);
// A command that starts while we build finds the old build or the new one, never half of one.
const old = join(cli, "dist.old");
rmSync(old, { recursive: true, force: true });
if (existsSync(dist)) renameSync(dist, old);
renameSync(fresh, dist);
rmSync(old, { recursive: true, force: true });
const outputs = Object.values(result.metafile.outputs);
const bytes = outputs.reduce((sum, output) => sum + output.bytes, 0);
console.error(
  `Built packages/cli/dist: ${outputs.length} files, ${Math.round(bytes / 1024)} KB, ${Date.now() - started} ms`,
);

/** The page, which the server hands out as it is. */
async function buildDashboard() {
  const folder = join(root, "packages", "dashboard");
  const { build: buildPage } = await import("vite");
  await buildPage({ root: folder, configFile: join(folder, "vite.config.ts"), logLevel: "warn" });
}

function readManifest(name) {
  return JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8"));
}

function builtAt() {
  return JSON.parse(readFileSync(join(dist, "build.json"), "utf8")).at;
}

/** When anything the build reads was last changed; removing a file changes its folder. */
function newestInput() {
  const packages = readdirSync(join(root, "packages")).map((name) => join(root, "packages", name));
  const files = ["package-lock.json", "README.md", "LICENSE", "scripts/build.mjs"].map((name) =>
    join(root, name),
  );
  const page = ["index.html", "vite.config.ts", "public"].map((name) =>
    join(root, "packages", "dashboard", name),
  );
  const inputs = packages.flatMap((folder) => [join(folder, "package.json"), join(folder, "src")]);
  return Math.max(...[...files, ...inputs, ...page, example].map(newestIn));
}

function newestIn(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const names = readdirSync(path).filter((name) => !name.includes(".test."));
  return Math.max(stat.mtimeMs, ...names.map((name) => newestIn(join(path, name))));
}
