import type { CellTable } from "../core/cell-table.ts";
import type { NetDevice } from "../devices/net-device.ts";
import type { Netns } from "../devices/netns.ts";

/** Number of the namespace that a run begins in. */
export const MAIN_NETNS = 0;

/** `blue/eth0`; a namespace without a name is `netns:NUMBER`, a device that is gone `device:NUMBER`. */
export function deviceName(cells: CellTable, ref: number): string {
  const device = cells.get<NetDevice | undefined>(ref);
  return device === undefined ? `device:${ref}` : `${netnsName(cells, device.netns)}/${device.ifname}`;
}

export function netnsName(cells: CellTable, ref: number): string {
  if (ref === MAIN_NETNS) return "main";
  return cells.get<Netns | undefined>(ref)?.names[0] ?? `netns:${ref}`;
}
