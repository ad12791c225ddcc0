import { mkdirSync } from "node:fs";
import path from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import { launchChromium } from "./chromium.ts";

/** Where pictures of screens are put; looked at by people, and by nobody else. */
export const pictureFolder = path.resolve(
  import.meta.dirname,
  "..",
  "..",
  "node_modules",
  ".cache",
  "harness",
  "pictures",
);

/** The widths a screen must work at. */
export const widths = [1440, 768, 390] as const;
export type ScreenTheme = "light" | "dark";

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: ScreenTheme;
  /** True: fingers press what is on the page, not a mouse. */
  readonly touch?: boolean;
}

/** A page that is logged in, and everything that went wrong in it. */
export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  /** Errors of scripts and refusals of the security policy; must stay empty. */
  readonly wrong: string[];
}

/** Chromium for the tests of one file. */
export class Pages implements AsyncDisposable {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async open(): Promise<Pages> {
    return new Pages(await launchChromium());
  }

  /** A new browser window at the server, logged in by its login address. */
  async logIn(server: { loginUrl(): string }, options: PageOptions = {}): Promise<OpenPage> {
    const context = await this.#browser.newContext({
      viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
      colorScheme: options.theme ?? "light",
      reducedMotion: "reduce",
      // Chromium without a language of the machine names one that Intl does not know.
      locale: "en-GB",
      ...(options.touch === true ? { hasTouch: true, isMobile: true } : {}),
    });
    const page = await context.newPage();
    const wrong: string[] = [];
    page.on("pageerror", (error) => wrong.push(String(error)));
    page.on("console", (message) => {
      const text = message.text();
      // A server that is restarted cannot be reached for a while; that is no fault of the page.
      if (message.type() === "error" && !/net::ERR|WebSocket connection|Failed to load resource/.test(text))
        wrong.push(text);
    });
    await page.goto(server.loginUrl());
    await page.waitForSelector("main h1");
    return { page, wrong, [Symbol.asyncDispose]: () => context.close() };
  }

  /** The same, and then at an address of the server. */
  async logInAt(
    server: { readonly url: string; loginUrl(): string },
    address: string,
    options: PageOptions = {},
  ): Promise<OpenPage> {
    const opened = await this.logIn(server, options);
    await opened.page.goto(new URL(address, server.url).href);
    return opened;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}

/** What axe finds against WCAG 2.2 AA on the page as it is, one line for each element. */
export async function axeFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")} ${failureSummary ?? ""}`),
  );
}

/** Takes a picture of the whole window. */
export async function photograph(page: Page, name: string): Promise<void> {
  mkdirSync(pictureFolder, { recursive: true });
  // Rows of long lists are measured anew a frame after the window got another width.
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
  await page.screenshot({ path: path.join(pictureFolder, `${name}.png`) });
}

/** Pixels the page can be scrolled sideways; none on a screen that fits. */
export function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
}

/** Looks at the page as it is, in both themes and at every width. */
export async function looksRight({ page, wrong }: OpenPage, name: string): Promise<void> {
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      await photograph(page, `${name}-${width}-${theme}`);
      expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
    }
    expect(await axeFindings(page)).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1440, height: 900 });
  expect(wrong).toEqual([]);
}
