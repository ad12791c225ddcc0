import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { inflate } from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

const root = path.resolve(import.meta.dirname, "..", "..");

/**
 * Real headless Chromium, unpacked once from its npm package beside the other caches, with the libraries it brings.
 * Its flags are ours: those the package proposes switch the security of the web off.
 */
export async function launchChromium(): Promise<Browser> {
  const folder = await unpacked();
  return chromium.launch({
    executablePath: path.join(folder, "chromium"),
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: folder,
      LD_LIBRARY_PATH: path.join(folder, "al2023", "lib"),
      FONTCONFIG_FILE: path.join(folder, "fonts.conf"),
    },
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--font-render-hinting=none"],
  });
}

async function unpacked(): Promise<string> {
  const from = path.join(root, "node_modules", "@sparticuz", "chromium");
  const { version } = JSON.parse(readFileSync(path.join(from, "package.json"), "utf8")) as {
    version: string;
  };
  const cache = path.join(root, "node_modules", ".cache", "harness");
  const folder = path.join(cache, `chromium-${version}`);
  if (existsSync(path.join(folder, "chromium"))) return folder;
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  // The package unpacks to where temporary files go.
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = fresh;
  try {
    for (const name of ["chromium.br", "fonts.tar.br", "swiftshader.tar.br", "al2023.tar.br"])
      await inflate(path.join(from, "bin", name));
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
  // The fonts of the package, and letters of one width and signs, which it does not bring; none of this machine, so that
  // pictures are the same everywhere.
  const fonts = [path.join(folder, "fonts"), path.join(root, "node_modules", "dejavu-fonts-ttf", "ttf")];
  writeFileSync(
    path.join(fresh, "fonts.conf"),
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${fonts.map((dir) => `<dir>${dir}</dir>`).join("")}<cachedir>${path.join(folder, "font-cache")}</cachedir></fontconfig>`,
  );
  // Another worker may have been faster; what is not whole is put aside.
  if (existsSync(path.join(folder, "chromium"))) rmSync(fresh, { recursive: true, force: true });
  else {
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  }
  return folder;
}
