import { describe, expect, it } from "vitest";
import { withoutHalves } from "./cut-marks.ts";
import { Redactor } from "./redactor.ts";

describe("a text that was cut", () => {
  it.each([
    ["a b secret-ha\n[… 7 bytes cut …]\nlf c", "a b \n[… 7 bytes cut …]\n c"],
    ["line secret-ha[… 70 bytes cut …]", "line [… 70 bytes cut …]"],
    ["a secret-h\n… 3 characters left out …\nalf", "a \n… 3 characters left out …\n"],
    ["[12 characters cut]\nlf b", "[12 characters cut]\n b"],
    ["no cut, 7 bytes", "no cut, 7 bytes"],
    ["a\n[… 1 bytes cut …]\nb\n[… 2 bytes cut …]\nc", "\n[… 1 bytes cut …]\n\n[… 2 bytes cut …]\n"],
  ])("loses the words at the cut: %j [req:secrets.cut]", (text, left) => {
    expect(withoutHalves(text)).toBe(left);
  });

  it("keeps most of a flood without spaces [req:secrets.cut]", () => {
    const flood = "x".repeat(5000);
    const mark = "\n[… 9 bytes cut …]\n";
    expect(withoutHalves(flood + mark + flood)).toHaveLength(2 * (5000 - 512) + mark.length);
  });

  it("shows no half of a known secret, wherever it is cut [req:secrets.cut]", () => {
    const secret = "known-secret-0123456789";
    const redactor = new Redactor();
    redactor.register("s", secret);
    for (let at = 4; at < secret.length - 4; at += 1) {
      const text = `a ${secret.slice(0, at)}\n[… 1 bytes cut …]\n${secret.slice(at + 1)} b`;
      for (const clean of [redactor.redact(text), redactor.redactDeep({ text }).text]) {
        expect(clean).not.toContain(secret.slice(0, at));
        expect(clean).not.toContain(secret.slice(at + 1));
      }
    }
  });
});
