import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ShellLimits } from "../../src/shell/limits.ts";
import { RunHost } from "../../src/shell/run-host.ts";
import { Shell } from "../../src/shell/shell.ts";

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

async function run(text: string, limits: Partial<ShellLimits> = {}, maxCommands = 20_000): Promise<Ended> {
  let [stdout, stderr, seed] = ["", "", 1];
  const shell = new Shell(new RunHost({}), {
    name: "s.sh",
    stdout: (part) => {
      stdout += part;
    },
    stderr: (part) => {
      stderr += part;
    },
    seedRandom: () => (seed = (seed * 48_271) % 0x7fff_ffff),
    maxCommands,
    until: 1e12,
    limits: { outputOctets: 1 << 20, movedOctets: 1 << 23, fileOctets: 1 << 22, ...limits },
  });
  const status = await shell.run(text);
  return { stdout, stderr, status };
}

describe("the host, to a script", () => {
  it.each([
    [
      "/etc/passwd",
      "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
    ],
    ["/../../../../../etc/hostname", "vethsim\n"],
    ["//etc//hostname", "vethsim\n"],
    ["/proc/self/root/etc/hostname", "vethsim\n"],
    ["/proc/self/cwd/etc/hostname", "vethsim\n"],
    ["/proc/self/cwd/../../../etc/hostname", "vethsim\n"],
    ["/proc/1/root/../etc/hostname", "vethsim\n"],
    ["/proc/1/comm", "init\n"],
    ["/proc/sys/net/ipv4/ip_forward", "0\n"],
  ])("should show of %s what the run has", async (path, text) => {
    expect(await run(`cat '${path}'`)).toEqual({ stdout: text, stderr: "", status: 0 });
  });

  it.each([
    "/home/user",
    "/dev/mem",
    "/dev/sda",
    "/proc/kcore",
    "/proc/1/fd/0",
    "/proc/99999/environ",
    "/root/.ssh/id_rsa",
    "/etc/shadow",
    "/tmp/vitest",
    `${process.cwd()}/package.json`,
    "/package.json",
  ])("should have no %s", async (path) => {
    const { stdout, stderr, status } = await run(`cat '${path}'`);
    expect([stdout, stderr, status]).toEqual(["", `cat: ${path}: No such file or directory\n`, 1]);
  });

  it("should have no environment of its own", async () => {
    process.env.VETHSIM_TEST_SECRET = "secret";
    const { stdout } = await run("env | cut -d= -f1 | sort | tr '\\n' ' '; echo; cat -v /proc/self/environ");
    expect(stdout).toContain("HOME LANG PATH PWD SHLVL USER ");
    expect(stdout).not.toContain("secret");
  });

  it("should show the processes of the run alone", async () => {
    const { stdout } = await run("cd /proc; echo [0-9]*; cat self/comm; tr '\\0' ' ' < self/cmdline");
    expect(stdout).toBe("1 2\ncat\ntr \\0   ");
  });

  it("should not follow a link out of what there is", async () => {
    const { stderr } = await run(
      "ln -s /../../home/user l; cat l; ln -s l2 l1; ln -s l1 l2; cat l1; ls l1/x",
    );
    expect(stderr).toBe(
      "cat: l: No such file or directory\ncat: l1: Too many levels of symbolic links\nls: cannot access 'l1/x': Too many levels of symbolic links\n",
    );
  });
});

const NAMES = ["__proto__", "constructor", "toString", "hasOwnProperty", "prototype", "valueOf"];

describe("a name that JavaScript's objects have", () => {
  it.each(NAMES)("should mean nothing to any tool that looks words up: %s", async (name) => {
    const text = readFileSync(new URL("./any-word.sh", import.meta.url), "utf8").replaceAll("$1", name);
    const { stdout, stderr, status } = await run(text);
    expect(stdout.endsWith(`\ndone ${name}\n`)).toBe(true);
    expect(status).toBe(0);
    expect(stdout + stderr).not.toMatch(/\[native code\]|\[object |\bundefined\b/);
  });
  it.each(NAMES)("should be a name as any other: %s", async (name) => {
    const script = `
echo "[$${name}] [\${${name}-unset}] [\${#${name}}]"
${name}=1; echo $${name}; unset ${name}; echo "[$${name}]"
declare -A m; echo "[\${m[${name}]}]"; m[${name}]=2; echo "\${!m[@]} \${m[${name}]}"
a[1]=x; echo "[\${a[${name}]}]"
type ${name} 2>&1; ${name}; echo $?
${name}() { echo called; }; ${name}; unset -f ${name}
echo text > ${name}; cat ${name}; mkdir d; mv ${name} d/; ls d; rm -r d
trap : ${name} 2>/dev/null; echo $?
ip netns add ${name}; ip netns list; ip netns del ${name}
ip link add ${name} type veth peer name p; ip -br link show ${name} | cut -d@ -f1; ip link del ${name}
sysctl net.${name} 2>&1
test -v ${name}; echo $?
printf -v ${name} %s v; echo $${name}
read ${name} <<< r; echo $${name}; export ${name}; env | grep ^${name}=
`;
    const { stdout, stderr, status } = await run(script);
    expect(stderr).toBe(`s.sh: line 6: ${name}: command not found\n`);
    expect(status).toBe(0);
    expect(stdout).toBe(
      [
        "[] [unset] [0]",
        "1",
        "[]",
        "[]",
        `${name} 2`,
        "[]",
        `s.sh: line 6: type: ${name}: not found`,
        "127",
        "called",
        "text",
        name,
        "1",
        name,
        name,
        `sysctl: cannot stat /proc/sys/net/${name}: No such file or directory`,
        "1",
        "v",
        "r",
        `${name}=r`,
        "",
      ].join("\n"),
    );
  });
});

describe("an alias that JavaScript's objects have", () => {
  it.each(NAMES)("should be an alias as any other: %s", async (name) => {
    const script = `shopt -s expand_aliases\nalias ${name}='echo aliased'\n${name}\nunalias ${name}\n${name}`;
    expect((await run(script)).stdout).toBe("aliased\n");
  });
});

describe("a key of awk that JavaScript's objects have", () => {
  it.each(NAMES)("should be a key as any other: %s", async (name) => {
    const script = `awk 'BEGIN { a["${name}"]++; for (k in a) print k, a[k]; print length(b["${name}"]) }'`;
    expect((await run(script)).stdout).toBe(`${name} 1\n0\n`);
  });
});

describe("what would never end, or take all memory", () => {
  const WORDS = "an expansion to more than 1048576 words";
  const TEXT = "a text of more than 33554432 characters";
  const MOVED = "more than 8388608 octets were read and written";
  it.each([
    ["echo {1..100000000}", WORDS],
    ["echo {a..z}{a..z}{a..z}{a..z}{a..z}{a..z}", WORDS],
    ["x=a; while :; do x=$x$x; done", TEXT],
    ["printf '%1000000000d' 1", TEXT],
    ["printf -v x '%0*d' 500000000 1", TEXT],
    ["cat /dev/zero > /dev/null", MOVED],
    ["read x < /dev/zero", MOVED],
    ["x=$(cat /dev/zero)", MOVED],
    [": $(cat /dev/urandom)", MOVED],
    ["mapfile a < /dev/zero", MOVED],
    ["yes", "more than 1048576 octets of output"],
    ["f() { f; }; f", "more than 5000 nested calls"],
    ["f() { eval f; }; f", "more than 5000 nested calls"],
    ["f() { echo $(f); }; f", "fork: Resource temporarily unavailable (500 processes)"],
    ["echo source /tmp/s > /tmp/s; source /tmp/s", "more than 5000 nested calls"],
    ["echo bash /tmp/s > /tmp/s; bash /tmp/s", "fork: Resource temporarily unavailable (500 processes)"],
    ["while :; do sleep 1000 & done", "fork: Resource temporarily unavailable (500 processes)"],
    ["while :; do :; done", "more than 20000 commands were run"],
    ["while :; do a+=(1 2 3 4 5 6 7 8 9 {1..1000}); done", "variables take more than 1048576 octets"],
  ])("should end at a limit that names the line: %s", async (script, message) => {
    const variables = script.includes("a+=") ? 1 << 20 : 1 << 28;
    const ended = run(`:\n${script}`, { processes: 500, variables });
    await expect(ended).rejects.toThrow(message);
    await expect(ended).rejects.toThrow(/^(s\.sh|\/tmp\/s|environment|main): line \d+: /);
  });

  it.each([
    ["yes > /tmp/x", "No space left on device\n"],
    ["truncate -s 1T /tmp/x", ""],
    ["for ((i = 0; i < 100; i++)); do : > /tmp/$i; done", "s.sh: line 1: /tmp/"],
  ])("should fill the file system and no more: %s", async (script, message) => {
    const { stderr } = await run(script, { movedOctets: 1 << 26, files: 100 });
    expect(stderr).toContain(message);
  });

  it("should take what is merely large", async () => {
    const script = `x=$(printf '%10000000s' y); echo \${#x}; printf '%s' {1..100000} | wc -c; echo $((2 ** 62)) $((1 << 64))
echo "$x" | tail -c 3; y=\${x:0:100000}; y=\${y// /a}; echo \${#y}; seq 1 100000 | tail -1`;
    const { stdout } = await run(script, { movedOctets: 1 << 28 });
    expect(stdout).toBe("10000000\n488895\n4611686018427387904 1\n y\n100000\n100000\n");
  });

  it("should leave a fork bomb in the background to its fate", async () => {
    expect(await run(":(){ :|:& };:", { processes: 300 })).toEqual({ stdout: "", stderr: "", status: 0 });
  });
});
