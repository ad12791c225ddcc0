import { expect, it } from "vitest";
import { startReceiver } from "../notifications/receiver.ts";
import { testApp } from "../support/test-app.ts";

it.each([
  ["", "plain http"],
  ['private_hosts = ["box.localdomain"]', "ENOTFOUND|EAI_AGAIN|leads nowhere|answered 200"],
])(
  "reaches a machine of the operator by the name he listed, and by no other: %s [req:safety.e4]",
  async (setting, said) => {
    await using receiver = await startReceiver();
    const url = receiver.url.replace("127.0.0.1", "box.localdomain");
    const config = `[egress]\n${setting}\n[[notify.channels]]\nname = "me"\ntype = "webhook"\nurl = "${url}/"`;
    await using app = await testApp({ config, start: false });
    expect(JSON.stringify(await app.call("notification/test", { channel: "me" }))).toMatch(new RegExp(said));
  },
);
