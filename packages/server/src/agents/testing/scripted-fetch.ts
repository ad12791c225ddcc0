import { setTimeout as sleep } from "node:timers/promises";
import { Scenario, type ScenarioInput } from "./scenario.ts";
import { scriptedAnswer } from "./scripted-answer.ts";
import { wireAt } from "./wire.ts";

/** The scripted model without an address: a fetch that answers a model's API from a scenario and reaches nothing. */
export function scriptedFetch(input: ScenarioInput): typeof globalThis.fetch {
  const scenario = Scenario.parse(input);
  return async (asked, init) => {
    const { pathname } = new URL(asked instanceof Request ? asked.url : asked);
    const wire = wireAt(pathname);
    if (wire === undefined || typeof init?.body !== "string")
      throw new TypeError(`The scripted model has no route ${pathname}.`);
    const { reply, status, headers, parts } = scriptedAnswer(scenario, wire, init.body);
    if (reply.delay_ms > 0)
      await sleep(reply.delay_ms, undefined, init.signal ? { signal: init.signal } : {});
    return new Response(parts.join(""), { status, headers });
  };
}
