/** Captures in a running world. What each script prints was seen on Linux 6.18 with tcpdump 4.99.3, times aside. */
import { describe, expect, it } from "vitest";
import { runScript } from "../../../src/shell/run-script.ts";
import { verifyLog } from "../../../src/simulation/replay.ts";
import { Simulation } from "../../../src/simulation/simulation.ts";

const NET = `
ip netns add red; ip netns add blue
for n in red blue; do ip netns exec $n sysctl -qw net.ipv6.conf.all.disable_ipv6=1; done
ip link add va address 02:00:00:00:00:01 netns red type veth peer name vb address 02:00:00:00:00:02 netns blue
ip -n red addr add 10.0.0.1/24 dev va; ip -n blue addr add 10.0.0.2/24 dev vb
for d in va lo; do ip -n red link set $d up; done
for d in vb lo; do ip -n blue link set $d up; done
ip -n red neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev va
ip -n blue neigh add 10.0.0.1 lladdr 02:00:00:00:00:01 dev vb
blue="ip netns exec blue"
ping1() { ip netns exec red ping -q -c 1 -W 0.1 "$@" > /dev/null; }
`;

/** Runs a script between two hosts, and proves that its log alone gives the same run. */
async function run(script: string): Promise<string> {
  const sim = new Simulation({ log: "memory", freeze: true });
  const { stdout, stderr } = await runScript(sim, NET + script, { until: 1e12 });
  sim.close();
  expect(verifyLog(sim.log)).toMatchObject({ ok: true });
  expect(stderr).toBe("");
  return stdout.replace(/^\d\d:\d\d:\d\d\.\d{6} /gm, "T ");
}

const QUIET = "tcpdump: verbose output suppressed, use -v[v]... for full protocol decode\n";
const LISTENING = "listening on vb, link-type EN10MB (Ethernet), snapshot length 262144 bytes\n";
const totals = (captured: number, received = captured) =>
  [
    `${captured} packet${captured === 1 ? "" : "s"} captured`,
    `${received} packet${received === 1 ? "" : "s"} received by filter`,
    "0 packets dropped by kernel\n",
  ].join("\n");
const REQUEST = "T IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id N, seq 1, length 64\n";
const REPLY = "T IP 10.0.0.2 > 10.0.0.1: ICMP echo reply, id N, seq 1, length 64\n";
const anonymous = (text: string) => text.replace(/, id \d+/g, ", id N");

describe("a capture", () => {
  it("should end after -c packets, and have counted those that came with them", async () => {
    const out = await run("$blue tcpdump -n -i vb -c 1 2>&1 & sleep 0.2; ping1 10.0.0.2; wait $!; echo $?");
    expect(anonymous(out)).toBe(`${QUIET}${LISTENING}${REQUEST}${totals(1, 2)}0\n`);
  });

  it("should show packets in blocks, one a second: who ends it sooner does not see them", async () => {
    const early = await run(
      "$blue tcpdump -n -i vb > o 2> e & sleep 0.25; ping1 10.0.0.2; kill -INT $!; wait $!; echo $?; cat o e",
    );
    expect(early).toBe(`0\n\n${QUIET}${LISTENING}${totals(0, 2)}`);
    const late = await run(
      "$blue tcpdump -n -i vb > o 2> e & sleep 0.25; ping1 10.0.0.2; sleep 0.8; kill -INT $!; wait $!; echo $?; cat o e",
    );
    expect(anonymous(late)).toBe(`0\n${REQUEST}${REPLY}\n${QUIET}${LISTENING}${totals(2)}`);
    const often = await run(
      "$blue tcpdump -l -n -i vb > o 2> e & sleep 0.25; ping1 10.0.0.2; sleep 0.1; kill $!; wait $!; cat o",
    );
    expect(anonymous(often)).toBe(`${REQUEST}${REPLY}\n`);
    const atOnce = await run(
      "$blue tcpdump --immediate-mode -n -i vb > o 2> e & sleep 0.25; ping1 10.0.0.2; kill $!; wait $!; cat o",
    );
    expect(anonymous(atOnce)).toBe(`${REQUEST}${REPLY}\n`);
  });

  it("should hold back what it prints until there are 4096 octets of it, unless -l", async () => {
    const script = (l: string) =>
      `$blue tcpdump ${l} -n -i vb > o 2> /dev/null & sleep 0.2; ping1 10.0.0.2; sleep 1; wc -l < o; kill $!; wait $!; wc -l < o`;
    expect(await run(script(""))).toBe("0\n3\n");
    expect(await run(script("-l"))).toBe("2\n3\n");
  });

  it("should see what a device sends to itself once, though it is counted twice", async () => {
    const out = await run(
      "$blue tcpdump -nq -i lo > o 2> e & sleep 0.2; $blue ping -q -c 1 127.0.0.1 > p; sleep 1; kill $!; wait $!; wc -l < o; tail -n 3 e",
    );
    expect(out).toBe(`3\n${totals(2, 4)}`);
  });

  it("should name device and way on all devices, frames for others included", async () => {
    const out = await run(`
$blue tcpdump -n -i any -e > o 2> e & pid=$!
sleep 0.2; ping1 10.0.0.2; ping1 -b 10.0.0.255 2> /dev/null
ip -n red neigh replace 10.0.0.2 lladdr 02:11:22:33:44:55 dev va; ping1 10.0.0.2
sleep 1; kill $pid; wait $pid; cat o e`);
    const line = (way: string, mac: string, rest: string) =>
      `T vb    ${way} ifindex 2 02:00:00:00:00:${mac} ethertype IPv4 (0x0800), length 104: ${rest}\n`;
    const request = "10.0.0.1 > 10.0.0.2: ICMP echo request, id N, seq 1, length 64";
    expect(anonymous(out)).toBe(
      line("In ", "01", request) +
        line("Out", "02", "10.0.0.2 > 10.0.0.1: ICMP echo reply, id N, seq 1, length 64") +
        line("B  ", "01", "10.0.0.1 > 10.0.0.255: ICMP echo request, id N, seq 1, length 64") +
        line("P  ", "01", request) +
        `\ntcpdump: data link type LINUX_SLL2\n${QUIET}` +
        "listening on any, link-type LINUX_SLL2 (Linux cooked v2), snapshot length 262144 bytes\n" +
        totals(4),
    );
  });

  it("should see one way only with -Q, though both are counted", async () => {
    const script = (way: string) =>
      `$blue tcpdump -Q ${way} -n -i vb > o 2> e & sleep 0.2; ping1 10.0.0.2; sleep 1; kill $!; wait $!; head -n 1 o; sed -n 3,4p e`;
    const counted = "1 packet captured\n2 packets received by filter\n";
    expect(anonymous(await run(script("in")))).toBe(REQUEST + counted);
    expect(anonymous(await run(script("out")))).toBe(REPLY + counted);
  });

  it("should make its device promiscuous, for each capture once more, unless -p", async () => {
    const out = await run(`
show() { ip -n blue -d link show vb | grep -o 'PROMISC\\|promiscuity .'; }
$blue tcpdump -i vb 2> /dev/null & one=$!
$blue tcpdump -i vb 2> /dev/null & two=$!
$blue tcpdump -p -i vb 2> /dev/null & three=$!
sleep 0.1; show; ip -n blue link set vb promisc on; show
kill -9 $one $two $three; wait 2> /dev/null; show; ip -n blue link set vb promisc off; show`);
    expect(out).toBe("promiscuity 2\nPROMISC\npromiscuity 3\nPROMISC\npromiscuity 1\npromiscuity 0\n");
  });

  it("should go on when its device goes down, and end when it has gone", async () => {
    const down = await run(`
$blue tcpdump -n -i vb > o 2> e & pid=$!
sleep 0.2; ip -n blue link set vb down; sleep 0.2; ip -n blue link set vb up; sleep 0.2
ping1 10.0.0.2; sleep 1; kill $pid; wait $pid; echo $?; grep -c request o`);
    expect(down).toBe("0\n1\n");
    const gone = await run(
      "$blue tcpdump -n -i vb > o 2> e & sleep 0.2; ip -n red link del va; wait $!; echo $?; cat o e",
    );
    expect(gone).toBe(`1\n${QUIET}${LISTENING}tcpdump: pcap_loop: The interface disappeared\n${totals(0)}`);
    const isDown = await run("ip -n blue link set vb down; $blue tcpdump -i vb 2>&1; echo $?");
    expect(isDown).toBe("tcpdump: vb: That device is not up\n1\n");
  });

  it("should tell its numbers on SIGUSR1, and end well on SIGHUP", async () => {
    const out = await run(
      "$blue tcpdump -i vb 2>&1 & sleep 0.1; kill -USR1 $!; sleep 0.1; kill -HUP $!; wait $!; echo $?",
    );
    const numbers = "0 packets captured, 0 packets received by filter, 0 packets dropped by kernel";
    expect(out).toBe(`${QUIET}${LISTENING}tcpdump: ${numbers}\n\n${totals(0)}0\n`);
  });

  it("should say that nobody reads what it prints", async () => {
    const out = await run(`
{ $blue tcpdump -ln -i vb 2> e; echo $? > status; } | head -n 1 > o & sleep 0.2; ping1 10.0.0.2; sleep 0.3; ping1 10.0.0.2; sleep 0.3; cat status e`);
    expect(out).toBe(`14\n${QUIET}${LISTENING}tcpdump: Unable to write output: Broken pipe\n`);
  });

  it("should write its file when it ends, or with -U packet by packet", async () => {
    const script = (u: string) => `
cd /tmp; $blue tcpdump ${u} -i vb -w f.pcap 2> e & pid=$!
sleep 0.2; stat -c %s f.pcap; ping1 10.0.0.2; sleep 1; stat -c %s f.pcap; kill $pid; wait $pid; stat -c %s f.pcap; cat e`;
    expect(await run(script(""))).toBe(`0\n0\n252\ntcpdump: ${LISTENING}${totals(2)}`);
    expect(await run(script("-U"))).toBe(`24\n252\n252\ntcpdump: ${LISTENING}${totals(2)}`);
  });

  it("should begin another file each -G seconds, and end when there may be no more", async () => {
    const out = await run(`
cd /tmp; $blue tcpdump -i vb -G 1 -W 2 -w g-%H%M%S.pcap 2> e & pid=$!
sleep 0.3; ip netns exec red ping -q -i 0.25 -c 16 10.0.0.2 > /dev/null; wait $pid; echo $?; stat -c '%n %s' g-*; cat e`);
    // What the block of a second held is written to the file that is open when it is over.
    expect(out).toBe(
      `0\ng-000000.pcap 24\ng-000001.pcap ${24 + 6 * 114}\n` +
        `tcpdump: ${LISTENING}Maximum file limit reached: 2\n${totals(7, 14)}`,
    );
  });

  it("should tell once a second with -v how much it has written", async () => {
    const out = await run(`
$blue tcpdump --immediate-mode -v -i vb -w f.pcap 2> e & pid=$!
sleep 0.3; ping1 10.0.0.2; sleep 1; ping1 10.0.0.2; sleep 1; kill $pid; wait $pid; cat e`);
    expect(out).toBe(`tcpdump: ${LISTENING}Got 2\rGot 4\r${totals(4)}`);
  });

  it("should hand packets through pipes", async () => {
    const out = await run(`
$blue timeout 1.5 tcpdump -U -i vb -w - icmp 2> /dev/null | tcpdump -n -r - 2> e > o & sleep 0.2; ping1 10.0.0.2; wait; cat o e`);
    expect(anonymous(out)).toBe(
      `${REQUEST}${REPLY}reading from file -, link-type EN10MB (Ethernet), snapshot length 262144\n`,
    );
  });
});
