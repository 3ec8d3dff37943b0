import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

const MODULES = ["core", "network", "internet", "csma", "internet-apps", "traffic-control"];
const FLAGS = ["-std=c++17", "-O3", "-march=native", "-DNDEBUG", "-Wall"];

/**
 * Builds the ns-3 driver of a workload against Debian's libraries, unless it stands already, and gives its path.
 * The modules are named one by one: their pkg-config files ask for more development packages than Debian's ns-3 brings.
 */
export function buildNs3(workload: string): string {
  const source = `bench/peers/ns3/bench-${workload.toLowerCase()}.cc`;
  const binary = `out/peers/ns3-${workload.toLowerCase()}`;
  if (!existsSync(source)) throw new Error(`no ns-3 driver for ${workload}: ${source} does not exist`);
  if (existsSync(binary) && statSync(binary).mtimeMs > statSync(source).mtimeMs) return binary;
  mkdirSync(dirname(binary), { recursive: true });
  const libraries = MODULES.map((name) => `-lns3-${name}`);
  const { status, stderr, error } = spawnSync("g++", [...FLAGS, source, "-o", binary, ...libraries], {
    encoding: "utf8",
  });
  if (error !== undefined)
    throw new Error(`g++ could not be started (${error.message}); Debian: apt-get install g++`);
  if (status !== 0)
    throw new Error(`ns-3 did not build; Debian: apt-get install ns3 libns3-dev g++\n${stderr}`);
  return binary;
}
