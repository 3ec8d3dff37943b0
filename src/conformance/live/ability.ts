/** Whether this machine can record a kernel. */
import { spawnSync } from "node:child_process";
import { platform } from "node:process";

/** Programs that scenarios and the recorder itself call, with the Debian package that brings them. */
const PROGRAMS: readonly (readonly [program: string, probe: readonly string[], debianPackage: string])[] = [
  ["bash", ["--version"], "bash"],
  ["unshare", ["--version"], "util-linux"],
  ["python3", ["--version"], "python3"],
  ["ip", ["-V"], "iproute2"],
  ["bridge", ["-V"], "iproute2"],
  ["ping", ["-V"], "iputils-ping"],
  ["sysctl", ["--version"], "procps"],
  ["ifconfig", ["--version"], "net-tools"],
];

/** Null: it can. Else what is missing, in words. */
export function whyNotLive(): string | null {
  if (platform !== "linux") return `this is ${platform}, not Linux`;
  if (process.getuid?.() !== 0) return "namespaces can be made by root only";
  const env = { ...process.env, PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin` };
  const missing = PROGRAMS.filter(
    ([program, probe]) => spawnSync(program, probe, { env, stdio: "ignore" }).error !== undefined,
  );
  if (missing.length > 0) {
    const list = missing.map(([program, , debianPackage]) => `${program} (package ${debianPackage})`);
    return `missing: ${list.join(", ")}`;
  }
  const flags = ["-n", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const trial = spawnSync("unshare", [...flags, "sh", "-c", "ip link add v0 type veth peer name v1"], {
    env,
    encoding: "utf8",
  });
  if (trial.status !== 0)
    return `the kernel refuses namespaces or veth: ${(trial.stderr ?? "").trim() || `status ${trial.status}`}`;
  return null;
}
