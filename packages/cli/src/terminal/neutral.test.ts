import { describe, expect, it } from "vitest";
import { neutralBlock, neutralJson, neutralLine } from "./neutral.ts";

const attack = 'a\u001b[2Jb\u001b]52;c;ZXZpbA==\u0007c\u009b31md\r\ne\u202eevil\u2066\u007f\t"f"';

describe("text of others", () => {
  it("loses every control character on one line [req:cli.neutral]", () => {
    expect(neutralLine(attack)).toBe('a␛[2Jb␛]52;c;ZXZpbA==␇c\ufffd31md e\ufffdevil\ufffd␡ "f"');
  });

  it("keeps its lines and tabs as a block [req:cli.neutral]", () => {
    expect(neutralBlock("one\n\ttwo\u001b[31m\r\n")).toBe("one\n\ttwo␛[31m␍\n");
  });

  it("is the same value in JSON that a terminal cannot act on [req:cli.neutral]", () => {
    const text = neutralJson({ attack });
    expect(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(text)).toBe(false);
    const back: unknown = JSON.parse(text);
    expect(back).toEqual({ attack });
  });
});
