import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "@harness/protocol";
import { EventLog } from "../../packages/server/src/events/index.ts";
import { createPolicy, createShellReader, type PolicyPlace } from "../../packages/server/src/policy/index.ts";
import { openStorage } from "../../packages/server/src/storage/index.ts";
import { readCorpus } from "../../packages/server/test/policy/corpus.ts";
import { percentile, withTempDir } from "../measure.ts";
import type { BenchRow, Measurement } from "../row.ts";

const ROUNDS = 20;
const WARM_UP = 2;
const RULES = 200;

/** What agents run: plain, in lists, wrapped, with redirects, in a loop. The corpus adds what attackers would. */
const usual = [
  "git status --short",
  "npm test -- --run src/sum.test.ts 2>&1 | tail -40",
  "cd packages/server && npx tsc -p . && echo ok > out.txt",
  "timeout 60 bash -lc 'git fetch origin && git log --oneline -5'",
  'for f in src/*.ts; do grep -n "TODO" "$f" || true; done',
  "find . -name '*.ts' -not -path './node_modules/*' -exec grep -l foo {} +",
  "cat <<'EOF' > notes.md\n# Notes\nwith $nothing expanded\nEOF",
  "sudo env CI=1 npm publish",
];

/** An agent never waits for the policy. */
export const row: BenchRow = {
  id: "bench.policy",
  title: `a decision of the policy on a command, ${RULES} rules in force: p99`,
  goal: "< 1 ms",
  run: () => withTempDir(measure),
};

async function measure(folder: string): Promise<Measurement> {
  const file = join(folder, "a.rules");
  const numbered = Array.from({ length: RULES / 2 }, (_, at) => [
    `prefix_rule(["program${at}", ["one", "two"]], "prompt")`,
    `path_rule("secrets/${at}/**", "forbidden")`,
  ]);
  await writeFile(
    file,
    [...numbered.flat(), 'prefix_rule(["git"])', 'prefix_rule(["npm", "publish"], "prompt")'].join("\n"),
  );
  await using storage = await openStorage({ file: join(folder, "db") });
  const log = await EventLog.open({ storage, clock: systemClock, redact: (value) => value });
  const files = { exec_policy_paths: [file], requirements_path: null, claude_settings_paths: null };
  const deps = { log, storage, clock: systemClock, home: folder, files, commands: createShellReader };
  const commands = [...usual, ...readCorpus().map(({ command }) => command)];
  const times: number[] = [];
  {
    await using policy = createPolicy(deps);
    const place: PolicyPlace = {
      workspace: folder,
      project_id: null,
      profile: "allow_listed",
      attended: true,
      rules: null,
    };
    for (let round = -WARM_UP; round < ROUNDS; round += 1)
      for (const command of commands) {
        const start = performance.now();
        await policy.judge({ kind: "run", command, paths: [], summary: command }, place);
        if (round >= 0) times.push(performance.now() - start);
      }
  }
  await log.close();
  const value = percentile(times, 0.99);
  const note = `p50 ${percentile(times, 0.5).toFixed(2)} ms; ${commands.length} commands, ${times.length} decisions`;
  return { value, unit: "ms", met: value < 1, note };
}
