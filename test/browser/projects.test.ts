import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeRepository, userGit } from "../../packages/server/test/support/git-fixture.ts";
import { axeFindings, looksRight, Pages, photograph } from "./pages.ts";
import { type Showcase, showcase } from "./showcase.ts";

const rules = `prefix_rule(pattern = ["git", "push"], decision = "forbidden", justification = "Harness publishes.")
`;

let pages: Pages;
let world: Showcase;
beforeAll(async () => {
  [pages, world] = await Promise.all([Pages.open(), showcase()]);
  mkdirSync(path.join(world.repository, ".harness"));
  writeFileSync(
    path.join(world.repository, ".harness", "config.toml"),
    '[git]\nbranch_prefix = "robot/"\n[review]\nmax_rounds = 7\n',
  );
  writeFileSync(path.join(world.repository, ".harness", "policy.rules"), rules);
  userGit(world.repository, "add", "-A");
  userGit(world.repository, "commit", "-q", "-m", "Settings");
});
afterAll(async () => {
  await pages?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

/** A page at an address. */
const open = (address: string) => pages.logInAt(world.server, address);

async function projectAddress(tab: string): Promise<string> {
  const { id } = await world.client.call("project/get", { project: "shop" });
  return `/ui/projects/${id}?tab=${tab}`;
}

/** The project with its settings file approved, so that its tasks start. */
async function approved(): Promise<void> {
  const { file } = await world.client.call("project/file", { project: "shop" });
  if (file.state === "unapproved" && file.sha256 !== null)
    await world.client.call("project/approve_file", { project: "shop", sha256: file.sha256 });
}

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

describe("projects", () => {
  it("are added after a look at what would be stored, paused and removed [req:web.projects]", async () => {
    const root = makeRepository(path.join(world.dir, "store"), {
      "package.json": JSON.stringify({ scripts: { test: "node --test" } }),
    });
    await using opened = await open("/ui/projects");
    const { page, wrong } = opened;
    const row = (name: string) =>
      page.getByRole("list", { name: "Projects" }).getByRole("listitem").filter({ hasText: name });
    await row("shop").waitFor();
    await page.keyboard.press("n");
    const dialog = page.getByRole("dialog", { name: "Add a project" });
    const folder = dialog.getByLabel("Folder of the repository");
    await folder.fill("/nowhere/at/all");
    await button(page, "Look at it").click();
    await dialog.getByRole("alert").getByText("There is no directory /nowhere/at/all").waitFor();
    await folder.fill(root);
    await button(page, "Look at it").click();
    const form = dialog.getByRole("form", { name: "What would be stored" });
    await form.waitFor();
    expect(await form.getByLabel("Name", { exact: true }).first().inputValue()).toBe("store");
    await form.getByLabel("Prefix of branches").fill("bad prefix");
    await form.getByLabel("Tasks at once").fill("2");
    await photograph(page, "project-add-1440-light");
    expect(await axeFindings(page)).toEqual([]);
    await button(page, "Add the project").click();
    await form.getByRole("alert").getByText(/match/).waitFor();
    await form.getByLabel("Prefix of branches").fill("store/");
    await button(page, "Add the project").click();
    await page.getByRole("heading", { level: 1 }).getByText("store").waitFor();
    const { settings } = await world.client.call("project/get", { project: "store" });
    expect(settings).toMatchObject({ branch_prefix: "store/", max_concurrent: 2, base_branch: "main" });
    await page.getByRole("link", { name: "Projects" }).click();
    await button(page, "Pause store").click();
    await row("store").getByText("paused").waitFor();
    await button(page, "Resume store").waitFor();
    await looksRight(opened, "projects");
    await button(page, "Remove store").click();
    await page.getByRole("dialog").getByText(root).waitFor();
    await button(page, "Remove the project").click();
    await row("store").waitFor({ state: "detached" });
    expect(userGit(root, "rev-parse", "--abbrev-ref", "HEAD")).toBe("main");
    expect(wrong).toEqual([]);
  });

  it("have settings of which only the changed ones are sent, with faults at their field [req:web.project.settings]", async () => {
    await using opened = await open(await projectAddress("settings"));
    const { page } = opened;
    await page.getByText("Nothing changed").waitFor();
    await page.getByLabel("Seconds each proof may take").fill("90");
    await page.getByLabel("Allowed hosts").fill("not a host!");
    await page.getByText("Changed: validation timeout secs, allowed hosts").waitFor();
    await button(page, "Save").click();
    await page.getByRole("alert").getByText("expected a host").waitFor();
    // Somebody else changes another setting meanwhile: it is kept.
    await world.client.call("project/update", { project: "shop", max_concurrent: 3 });
    await page.getByLabel("Allowed hosts").fill("example.org:443");
    await page.getByRole("button", { name: "Add a command" }).click();
    const second = page.getByRole("group", { name: "Command 2" });
    await second.getByLabel("Name").fill("say");
    await second.getByRole("textbox", { name: "Command" }).fill('node -e "console.log(1, 2)"');
    await button(page, "Save").click();
    await page.getByText("Saved. It counts from the next attempt on.").waitFor();
    const { settings } = await world.client.call("project/get", { project: "shop" });
    expect(settings).toMatchObject({
      validation_timeout_secs: 90,
      max_concurrent: 3,
      allowed_hosts: ["example.org:443"],
      validation: [{ name: "test" }, { name: "say", argv: ["node", "-e", "console.log(1, 2)"] }],
    });
    await looksRight(opened, "project-settings");
  });

  it("have a settings file that counts once its hash is approved [req:web.project.file]", async () => {
    await using opened = await open(await projectAddress("file"));
    const { page } = opened;
    await page.getByText("waits for your approval").waitFor();
    const change = page.getByRole("row").filter({ hasText: "branch_prefix" });
    expect(await change.innerText()).toMatch(/"harness\/"\s+"robot\/"/);
    await looksRight(opened, "project-file");
    // What stands there now is not what was looked at.
    writeFileSync(path.join(world.repository, ".harness", "policy.rules"), `# Looked at.\n${rules}`);
    userGit(world.repository, "commit", "-q", "-a", "-m", "Other rules");
    await page.getByRole("button", { name: /^Approve exactly this/ }).click();
    await page.getByRole("alert").getByText("not the one that was shown").waitFor();
    await button(page, "Look again").click();
    await page.getByText("# Looked at.").waitFor();
    await page.getByRole("button", { name: /^Approve exactly this/ }).click();
    await page.getByRole("status").getByText("approved", { exact: true }).waitFor();
    const { settings, file } = await world.client.call("project/get", { project: "shop" });
    expect(settings).toMatchObject({ branch_prefix: "robot/", review: { max_rounds: 7 } });
    expect(file.state).toBe("approved");
  });

  it("explain a command, and try other rules against history [req:web.project.rules]", async () => {
    await approved();
    await world.settled(await world.submit("Mend the sum"));
    await using opened = await open(await projectAddress("rules"));
    const { page } = opened;
    await page.getByRole("textbox", { name: /^Command/ }).fill("npm test && git push --force");
    await button(page, "Explain").click();
    const explanation = page.getByRole("region", { name: "Explanation" });
    await explanation.getByText("Harness publishes.").first().waitFor();
    expect(await explanation.getByRole("listitem").count()).toBe(2);
    const deciding = explanation.getByRole("row").filter({ hasText: "decides" });
    expect(await deciding.innerText()).toMatch(/git.*push[\s\S]*forbidden[\s\S]*project[\s\S]*policy\.rules/);
    await page.getByRole("table", { name: "Rules in force" }).getByText("Harness publishes.").waitFor();
    const text = page.getByLabel("Rules in place of the operator's and the project's");
    await text.fill('prefix_rule(pattern = ["node"], decision = "sometimes")');
    await button(page, "Check the text").click();
    await page.getByText(/It cannot be used: \d/).waitFor();
    await text.fill('prefix_rule(pattern = ["node"], decision = "forbidden")');
    await button(page, "Judge past commands").click();
    await page.getByText(/Past decisions judged again: [1-9]/).waitFor();
    await page
      .getByRole("table", { name: "Decisions that would change" })
      .getByText("node check.js")
      .waitFor();
    await looksRight(opened, "project-rules");
  }, 180_000);

  it("have templates, which are made, changed and removed [req:web.project.templates]", async () => {
    await using opened = await open(await projectAddress("templates"));
    const { page } = opened;
    await button(page, "Add a template").click();
    await page.getByLabel("Name").fill("careful");
    await page.getByLabel("Text").fill("Be careful: {{prompt}}");
    await page.getByLabel("Turns", { exact: true }).fill("9");
    await photograph(page, "project-template-1440-light");
    expect(await axeFindings(page)).toEqual([]);
    await button(page, "Save the template").click();
    await button(page, "Change template careful").click();
    await page.getByLabel("Labels").fill("slow, dear");
    await button(page, "Save the template").click();
    await page.getByText("slow, dear").waitFor();
    const { data } = await world.client.call("template/list", { project: "shop" });
    expect(data).toEqual([
      { name: "careful", prompt: "Be careful: {{prompt}}", max_turns: 9, labels: ["slow", "dear"] },
    ]);
    await looksRight(opened, "project-templates");
    await button(page, "Remove template careful").click();
    await button(page, "Remove the template").click();
    await page.getByText("No template yet").waitFor();
    await page.getByRole("link", { name: "Allowed for good" }).click();
    await page.getByText(/Nothing yet\./).waitFor();
    await looksRight(opened, "project-allowed");
  });
});
