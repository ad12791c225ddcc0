// `npm run check`: everything that can be said about the code without running the product.
import { root } from "./install.mjs";
import { runToEnd } from "./spawn.mjs";

const modules = "node_modules";
const steps = [
  ["types", [`${modules}/typescript/bin/tsc`, "-p", "."]],
  ["types of the dashboard", [`${modules}/typescript/bin/tsc`, "-p", "packages/dashboard"]],
  ["lint and format", [`${modules}/@biomejs/biome/bin/biome`, "check", "--error-on-warnings"]],
  ["dead code", [`${modules}/knip/bin/knip.js`]],
  ["architecture", [`${modules}/vitest/vitest.mjs`, "run", "test/architecture", "--reporter=dot"]],
  ["generated docs", ["scripts/docs.ts", "--check"]],
];

const failed = [];
for (const [name, args] of steps) {
  const started = Date.now();
  const code = await runToEnd(process.execPath, args, { cwd: root });
  console.log(`${code === 0 ? "ok  " : "FAIL"} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  if (code !== 0) failed.push(name);
}
if (failed.length > 0) {
  console.error(`check failed: ${failed.join(", ")}`);
  process.exitCode = 1;
}
