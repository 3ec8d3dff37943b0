import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { main } from "../../src/cli/program.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "vethsim-mount-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

async function run(...argv: string[]) {
  let [stdout, stderr] = ["", ""];
  const status = await main(["run", ...argv], {
    stdout: (text: string) => {
      stdout += text;
    },
    stderr: (text: string) => {
      stderr += text;
    },
    isErrTerminal: false,
    readStdin: () => "",
    onInterrupt: () => () => {},
    exit: () => {},
  } as never);
  return { stdout, stderr, status };
}

describe("vethsim run --mount", () => {
  it("should let a script find what stands beside it, and nothing else", async () => {
    mkdirSync(join(dir, "sub"));
    writeFileSync(join(dir, "lib.sh"), "hi() { echo hi $1; }\n");
    writeFileSync(join(dir, "sub/data"), "data\n");
    symlinkSync("/etc/passwd", join(dir, "out"));
    symlinkSync("lib.sh", join(dir, "in"));
    const script = join(dir, "t.sh");
    writeFileSync(
      script,
      `source ./lib.sh; hi 1; . "$(dirname "$0")/lib.sh"; hi 2; . "\${BASH_SOURCE[0]%/*}/lib.sh"; hi 3
pwd; cat sub/data; head -c 4 in; cat out; echo x > new; rm lib.sh; ls ${dir}\n`,
    );
    const log = join(dir, "run.log");
    const { stdout, stderr, status } = await run(script, "--mount", "--log", log);
    expect(stdout).toBe("hi 1\nhi 2\nhi 3\n/mnt/script\ndata\nhi()");
    expect(stderr.replaceAll(dir, "DIR")).toBe(
      `vethsim: --mount DIR: out leads out of the folder and is not followed
cat: out: Permission denied
./t.sh: line 2: new: Read-only file system
rm: cannot remove 'lib.sh': Read-only file system
ls: cannot access 'DIR': No such file or directory
`,
    );
    expect(status).toBe(2);
    expect(readFileSync(join(dir, "lib.sh"), "utf8")).toBe("hi() { echo hi $1; }\n");
  });

  it("should mount other folders under their names", async () => {
    const other = join(dir, "other");
    mkdirSync(other);
    writeFileSync(join(other, "a"), "text\n");
    const script = join(dir, "t.sh");
    writeFileSync(script, "cat /mnt/other/a; pwd");
    expect(await run(script, "--mount", other)).toEqual({ stdout: "text\n/\n", stderr: "", status: 0 });
  });

  it("should refuse a folder that is not there", async () => {
    const script = join(dir, "t.sh");
    writeFileSync(script, ":");
    const { stderr, status } = await run(script, "--mount", join(dir, "none"));
    expect([stderr.replace(dir, "DIR"), status]).toEqual([
      "vethsim: DIR/none: no such file or directory\n",
      2,
    ]);
  });
});
