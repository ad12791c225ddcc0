import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wordOf } from "./hostile-texts.ts";
import { type HostileWorld, hostileWorld } from "./hostile-world.ts";
import { Pages, sidewaysScroll } from "./pages.ts";
import { watchOrigin } from "./watch.ts";

let pages: Pages;
let world: HostileWorld;
beforeAll(async () => {
  [pages, world] = await Promise.all([Pages.open(), hostileWorld()]);
});
afterAll(async () => {
  await pages?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

/** Marks that hide, or turn around, the letters after them. */
const hidden =
  "[\\0-\\x08\\v\\f\\x0e-\\x1f\\x7f-\\x9f\\xad\\u061c\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufeff]";
/** Elements no screen has of itself. */
const foreign = "script, iframe, object, embed, base, style, link, meta, img, video, audio, [srcdoc]";

/** What came from a text into the page as more than text. */
function traces(page: Page): Promise<string[]> {
  return page.locator("body").evaluate(
    (body, [marks, elements]) => {
      const found: string[] = "ran" in globalThis ? ["a script ran"] : [];
      const hides = (text: string, where: string) => {
        const at = text.search(new RegExp(marks));
        if (at >= 0)
          found.push(`hidden in ${where}: ${JSON.stringify(text.slice(Math.max(0, at - 60), at + 20))}`);
      };
      hides(body.innerText, "the text");
      for (const element of body.querySelectorAll(`:is(${elements}):not([src="/favicon.svg"])`))
        found.push(element.outerHTML.slice(0, 200));
      for (const element of body.querySelectorAll("*")) {
        for (const { name, value } of element.attributes) {
          if (name.startsWith("on")) found.push(`${name}=${value.slice(0, 80)}`);
          if (["title", "aria-label", "placeholder", "alt"].includes(name)) hides(value, name);
        }
        if (!element.matches("a[href]")) continue;
        const to = new URL(element.href);
        if (!["http:", "https:"].includes(to.protocol)) found.push(`a link to ${to}`);
        if (to.host !== new URL(body.baseURI).host && !element.rel.includes("noopener"))
          found.push(`an open link to ${to}`);
      }
      return found;
    },
    [hidden, foreign] as const,
  );
}

/** Unfolds everything that is folded; answers what the page says then. */
function unfolded(page: Page): Promise<string> {
  return page.locator("body").evaluate((body) => {
    for (const element of body.querySelectorAll(
      'main [aria-expanded="false"]:not([aria-haspopup]), main details:not([open]) > summary',
    ))
      element.click();
    return body.innerText;
  });
}

/** Opens a page and waits until it shows, perhaps unfolded, what it must. */
async function visit(page: Page, address: string, shows: readonly string[]): Promise<string[]> {
  await page.goto(new URL(address, world.server.url).href);
  await page.waitForSelector("main h1");
  const missing = async () => {
    const text = await unfolded(page);
    return text.includes("Reading ")
      ? ["still reading"]
      : shows.filter((place) => !text.includes(wordOf(place)));
  };
  return expect
    .poll(missing, { timeout: 10_000 })
    .toEqual([])
    .then(
      () => [],
      async () => (await missing()).map((place) => `${place} is not shown`),
    );
}

describe("a text somebody else wrote", () => {
  it("is text, wherever it appears [req:web.inert]", { timeout: 300_000 }, async () => {
    await using opened = await pages.logIn(world.server, { height: 4_000 });
    const { page, wrong } = opened;
    await watchOrigin(opened, world.server.url);
    const found: string[] = [];
    for (const [address, shows] of world.pages) {
      const seen = [...(await visit(page, address, shows)), ...(await traces(page))];
      const sideways = await sidewaysScroll(page);
      if (sideways > 0) seen.push(`scrolls ${sideways} pixels sideways`);
      for (const one of seen) found.push(`${address}: ${one}`);
    }
    expect(found).toEqual([]);
    expect(wrong).toEqual([]);
  });
});
