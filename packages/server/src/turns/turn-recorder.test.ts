import type { NewEvent } from "@harness/protocol";
import { expect, it } from "vitest";
import { Redactor } from "../secrets/index.ts";
import { TurnRecorder, type TurnWrite } from "./turn-recorder.ts";

const secret = "correct-horse-battery-staple";

/** A recorder that keeps what it would write. */
function recorder(cap: number) {
  const written: NewEvent[] = [];
  const redactor = new Redactor();
  redactor.register("test", secret);
  const tx = { append: async (event: NewEvent) => written.push(event) };
  const write: TurnWrite = async (_, job) => job(tx as unknown as Parameters<typeof job>[0]);
  const scope = { actor: "codex", thread_id: "thread_1", turn_id: "turn_1" };
  const made = new TurnRecorder({ write, scope, redaction: () => redactor.createStream(), cap });
  const outputOf = (id: string) =>
    written
      .flatMap((event) =>
        event.type === "tool.output_delta" && event.data.item_id === id ? [event.data.text] : [],
      )
      .join("");
  return { made, written, outputOf };
}

it("finds a secret that the output of a command brings in pieces, between those of another", async () => {
  const { made, written, outputOf } = recorder(1000);
  const pieces = ["before ", secret.slice(0, 9), secret.slice(9), " after"];
  for (const piece of pieces) {
    await made.output("a", piece);
    await made.output("b", ".");
    await made.push({ type: "turn.warning", data: { message: "meanwhile" } });
  }
  await made.close();
  expect(JSON.stringify(written)).not.toContain(secret.slice(9));
  expect(outputOf("a")).toMatch(/^before .*test.* after$/);
  expect(outputOf("b")).toBe("....");
});

it("keeps output to the cap, counts the rest, and leaves messages their own room", async () => {
  const { made, written, outputOf } = recorder(100);
  await made.output("a", "x".repeat(70));
  await made.output("b", "y".repeat(70));
  await made.delta("said");
  await made.close();
  expect(outputOf("a").length + outputOf("b").length).toBeLessThanOrEqual(100);
  expect(written).toContainEqual(expect.objectContaining({ type: "message.delta" }));
  expect(written.find(({ type }) => type === "turn.warning")?.data).toMatchObject({
    message: expect.stringMatching(/^\d+ characters of live text were left out/),
  });
});
