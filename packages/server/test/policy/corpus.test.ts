import { beforeAll, describe, expect, it } from "vitest";
import { createShellReader } from "../../src/policy/index.ts";
import type { Judgement } from "../../src/policy/verdict.ts";
import { corpusJudge, readCorpus } from "./corpus.ts";

const corpus = readCorpus();
let judge: (command: string) => Promise<Judgement>;

beforeAll(async () => {
  judge = corpusJudge(await createShellReader());
});

describe("the corpus of commands", () => {
  it("is large, and says each thing once", () => {
    expect(corpus.length).toBeGreaterThan(400);
    const twice = corpus.filter(({ command }, at) => corpus.findIndex((one) => one.command === command) < at);
    expect(twice.map(({ line, command }) => `${line}: ${command}`)).toEqual([]);
  });

  it("is decided as it says [req:policy.shell-aware]", async () => {
    const wrong: string[] = [];
    for (const { line, decision, command } of corpus) {
      const judgement = await judge(command);
      if (judgement.decision !== decision)
        wrong.push(
          `${line}: ${JSON.stringify(command)} is ${judgement.decision}, not ${decision}: ${judgement.reason}`,
        );
    }
    expect(wrong).toEqual([]);
  });
});
