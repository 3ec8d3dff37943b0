import { execFileSync } from "node:child_process";

/** Tests that start the command line run what the sources say now. */
export function setup(): void {
  execFileSync(process.execPath, ["scripts/build.mjs", "--js-only", "--if-stale"], {
    stdio: ["ignore", "inherit", "inherit"],
  });
}
