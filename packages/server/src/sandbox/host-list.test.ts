import { describe, expect, it } from "vitest";
import { HostList, isPrivate, parseTarget, withPorts } from "./host-list.ts";

const list = new HostList([
  "api.example.com",
  "other.example.com:8443",
  "10.1.2.3:80",
  "[::1]:9000",
  "localhost:11434",
]);
const reaches = (named: string) => {
  const target = parseTarget(named, 443);
  return target !== undefined && list.judge(target).ok;
};

describe("the list of hosts", () => {
  it("names each port to others, who would take a missing one for any", () => {
    const named = withPorts(["a.example", "10.0.0.5:8080", "[::1]", "not a host"]);
    expect(named).toEqual(["a.example:443", "a.example:80", "10.0.0.5:8080", "[::1]:443", "[::1]:80"]);
  });

  it("knows exact hosts and ports only [req:sandbox.network-list]", () => {
    for (const named of [
      "api.example.com",
      "API.Example.COM:443",
      "api.example.com:80",
      "other.example.com:8443",
      "[::1]:9000",
      "[0:0::1]:9000",
    ])
      expect(reaches(named), named).toBe(true);
    const tricks = [
      "example.com",
      "evil-api.example.com",
      "api.example.com.evil.net",
      "xapi.example.com",
      "api.example.com.",
      "api.example.com:22",
      "other.example.com:443",
      "evil.net\0.api.example.com",
      "api.example.com\0.evil.net",
      "evil.net#api.example.com",
      "evil.net/api.example.com",
      "evil.net?api.example.com",
      "evil.net\\api.example.com",
      "api.example.com@evil.net",
      "user:pw@api.example.com",
      "api.example.com\r\nHost: evil.net",
      " api.example.com",
      "api.example.com%00.evil.net",
      "аpi.example.com",
      "xn--pi-7kc.example.com",
      "api。example.com",
      "api.example.com:443:443",
      "2130706433",
      "0x7f000001",
      "127.1",
      "0177.0.0.1",
      "[::ffff:10.1.2.3]:80",
      "10.1.2.4:80",
      "[fe80::1%eth0]:443",
      "",
      ":443",
    ];
    for (const named of tricks) expect(reaches(named), JSON.stringify(named)).toBe(false);
  });

  it("lets a name lead to a private address only when that is listed too [req:sandbox.network-list]", () => {
    const target = { host: "api.example.com", port: 80 };
    expect(list.judgeAddress(target, "93.184.216.34").ok).toBe(true);
    for (const address of [
      "127.0.0.1",
      "10.0.0.1",
      "169.254.169.254",
      "192.168.1.1",
      "::1",
      "::ffff:10.0.0.1",
      "fd00::1",
      "fe80::1",
      "0.0.0.0",
      "100.64.0.1",
    ]) {
      expect(isPrivate(address), address).toBe(true);
      expect(list.judgeAddress(target, address).ok, address).toBe(false);
    }
    expect(list.judgeAddress(target, "10.1.2.3").ok).toBe(true);
    expect(isPrivate("2606:4700::1111")).toBe(false);
  });
});
