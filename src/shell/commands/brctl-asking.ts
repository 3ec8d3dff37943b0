/** How brctl(8) looks at bridges and complains. @source bridge-utils 1.7.1, libbridge/libbridge_devif.c, br_get_bridge_info() */
import { type Errno, strerror } from "../../core/errno.ts";
import type { Result } from "../../core/result.ts";
import type { LinkInfo } from "../../events/requests.ts";
import type { CommandContext } from "../host.ts";
import type { ToolContext } from "../tool.ts";

export const SYSFS = "/sys/class/net";

export class Brctl {
  private readonly pid: number;

  constructor(readonly cx: CommandContext) {
    this.pid = (cx as ToolContext).process.pid;
  }

  /** Standard error; the status of a failure. */
  fail(text: string): 1 {
    this.cx.err(`${text}\n`);
    return 1;
  }

  /** Prints why something failed, or nothing; gives the status. */
  done(result: Result<unknown>, what: string): number {
    return result.ok ? 0 : this.fail(`${what}: ${strerror(result.errno)}`);
  }

  list(path: string): readonly string[] {
    const names = this.cx.request("FILE_READDIR", { path, pid: this.pid });
    return names.ok ? [...names.value].sort((a, b) => (a < b ? -1 : 1)) : [];
  }

  isDir(path: string): boolean {
    const stat = this.cx.request("FILE_STAT", { path, pid: this.pid });
    return stat.ok && stat.value.type === "dir";
  }

  write(path: string, value: number): Result<null> {
    const data = `${value}\n`;
    return this.cx.request("FILE_WRITE", { path, pid: this.pid, data, append: false });
  }

  link(ifname: string): LinkInfo | null {
    const found = this.cx.request("RTM_GETLINK", { ifname });
    return found.ok ? found.value : null;
  }

  /** What is shown of a bridge, or why not. */
  bridge(ifname: string): LinkInfo | Errno {
    if (!this.isDir(`${SYSFS}/${ifname}/bridge`)) {
      const asked = this.cx.request("SIOCBRPRIVATE", { bridge: ifname, code: "portList" });
      if (!asked.ok) return asked.errno;
    }
    return this.link(ifname) ?? "ENODEV";
  }

  /** The complaint where a name is no bridge's. */
  notBridge(ifname: string, errno: Errno): 1 {
    return this.fail(
      errno === "ENODEV" ? `bridge ${ifname} does not exist!` : `device ${ifname} is not a bridge!`,
    );
  }
}
