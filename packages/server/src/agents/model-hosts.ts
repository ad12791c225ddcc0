/** Hosts the vendors' programs reach their models at and log in by, and none besides. */
export const vendorHosts = {
  claude: ["api.anthropic.com", "console.anthropic.com", "platform.claude.com", "claude.ai"],
  codex: ["api.openai.com", "chatgpt.com", "auth.openai.com"],
  gemini: [
    "generativelanguage.googleapis.com",
    "cloudcode-pa.googleapis.com",
    "oauth2.googleapis.com",
    "accounts.google.com",
  ],
  opencode: [
    "models.dev",
    "opencode.ai",
    "api.anthropic.com",
    "api.openai.com",
    "openrouter.ai",
    "generativelanguage.googleapis.com",
  ],
} as const;

/** The hosts a program needs for its model: its vendor's, or, when its environment names another address, that one. */
export function modelHosts(
  vendor: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  addresses: readonly string[] = [],
): string[] {
  const named = [
    ...Object.entries(env).flatMap(([name, value]) =>
      /_(BASE_URL|HOST)$/.test(name) && value ? [value] : [],
    ),
    ...addresses,
  ];
  return [...vendor, ...named.flatMap(hostOf)];
}

function hostOf(address: string): string[] {
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol)) return [];
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  return [`${url.hostname}:${port}`];
}
