import { describe, expect, it } from "vitest";
import { addressesIn } from "./acp/home.ts";
import { modelHosts } from "./model-hosts.ts";

describe("the hosts of an agent's model", () => {
  it("are its vendor's, and those of the addresses it is given [req:network.configured]", () => {
    const env = {
      ANTHROPIC_BASE_URL: "https://gateway.example/v1",
      OLLAMA_HOST: "http://127.0.0.1:11434",
      DATABASE_URL: "postgres://db.example/x",
      X_HOST: "not an address",
    };
    expect(modelHosts(["api.vendor.example"], env, ["http://10.0.0.5:8080/v1"])).toEqual([
      "api.vendor.example",
      "gateway.example:443",
      "127.0.0.1:11434",
      "10.0.0.5:8080",
    ]);
  });

  it("are read from the files an operator writes into the home of an ACP agent [req:network.configured]", () => {
    const files = {
      ".config/opencode/opencode.json": JSON.stringify({
        provider: { own: { options: { baseURL: "http://127.0.0.1:4000/v1", apiKey: "https://no.example" } } },
      }),
      ".codex/config.toml": '[model_providers.x]\nbase_url = "https://models.example/v1"\n',
      "notes.md": "see https://other.example",
    };
    expect(addressesIn(files)).toEqual(["http://127.0.0.1:4000/v1", "https://models.example/v1"]);
  });
});
