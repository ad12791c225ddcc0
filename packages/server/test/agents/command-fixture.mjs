#!/usr/bin/env node
// A command agent that follows the agent contract: prompt on standard input, deeds in the current directory.
import { readFileSync, writeFileSync } from "node:fs";

const prompt = readFileSync(0, "utf8");
const has = (words) => prompt.includes(words);
if (has("contract: write hello.txt")) {
  writeFileSync("hello.txt", "hello, 'world'\n");
  console.log("wrote hello.txt");
} else if (has("contract: hang")) {
  console.log("hanging");
  setInterval(() => {}, 1_000_000);
} else if (has("contract: be refused")) {
  console.error("Error: 401 unauthorized, please log in");
  process.exit(1);
} else if (has("contract: run out of quota")) {
  console.error("You have hit your usage limit. Try again in 2 hours.");
  process.exit(1);
} else if (has("contract: show the environment")) {
  for (const [name, value] of Object.entries(process.env)) console.log(`${name}=${value}`);
} else if (has("contract: write outside")) {
  const path = /contract: write outside (\S+)/.exec(prompt)[1];
  try {
    writeFileSync(path, "escaped");
  } catch (error) {
    console.log(`refused: ${error.code}`);
  }
} else if (has("contract: stay inert")) console.log("inert", ...process.argv.slice(2));
