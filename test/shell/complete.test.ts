import { describe, expect, it } from "vitest";
import { Person } from "./sessions.ts";

async function person(): Promise<Person> {
  const one = await Person.at();
  await one.type("greet() { :; }; alias grab=ls; myvar=1; echo x > /tmp/file1; mkdir -p /tmp/folder/inner");
  return one;
}

describe("completion", () => {
  it.each([
    ["gr", ["grab", "greet", "grep"]],
    ["x=1 sudo gree", ["greet"]],
    ["true && gree", ["greet"]],
    ["if gree", ["greet"]],
    ["echo $(gree", ["greet"]],
    ["echo gree", []],
    ["unt", ["until"]],
    ["ip netns exec blue pin", ["ping", "ping4", "ping6"]],
    ["echo $myv", ["$myvar"]],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a command
    ['echo "${myv', ["${myvar}"]],
    ["cat /tmp/f", ["/tmp/file1", "/tmp/folder/"]],
    ["cat < /tmp/fi", ["/tmp/file1"]],
    ["cd /tmp/", ["/tmp/folder/"]],
    ["ip a", ["addr", "address"]],
    ["ip link s", ["set", "show"]],
    ["ip link show dev ", ["lo", "v0"]],
    ["ip link set v", ["v0"]],
    ["ip link set v0 u", ["up"]],
    ["ip link set v0 netns ", ["blue"]],
    ["ip -n blue addr add 10.0.0.9/24 dev v", ["v1"]],
    ["ip netns exec blue ip link del v", ["v1"]],
    ["ip netns exec nowhere ip link del zz", []],
    ["ip -n ", ["blue"]],
    ["ip netns del ", ["blue"]],
    ["ip route add default dev ", ["lo", "v0"]],
    ["ethtool v", ["v0"]],
    ["ping -I v", ["v0"]],
    ["ip constructor zz", []],
  ])("should complete %j", async (line, matches) => {
    const { session } = await person();
    expect(session.complete(line).matches).toEqual(matches);
  });

  it("should follow the innermost shell, and leave no trace in the log", async () => {
    const one = await person();
    await one.type("cd /tmp", "ip netns exec blue bash");
    const before = one.session.logBytes().length;
    expect(one.session.complete("ip link set dev v").matches).toEqual(["v1"]);
    expect(one.session.complete("cat fi")).toEqual({ matches: ["file1"], word: "fi" });
    const again = await one.session.wholeLog();
    expect(one.session.logBytes().length).toBe(before);
    expect(one.close()).toEqual(again);
  });
});
