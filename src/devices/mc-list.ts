/**
 * The group addresses that a device's filter lets in: joined by protocols, or put there by an administrator.
 * @source net/core/dev_addr_lists.c
 */
import type { Errno } from "../core/errno.ts";
import type { StepContext } from "../events/step-context.ts";
import type { Mac } from "../wire/mac.ts";
import { type DeviceRef, type FilterAddress, updateDevice } from "./net-device.ts";

function setUsers(step: StepContext, ref: DeviceRef, address: Mac, users: number, isStatic: boolean): void {
  updateDevice(step, ref, (d) => {
    d.filter =
      users === 0
        ? d.filter.filter((one) => one.address !== address)
        : d.filter.map((one) => (one.address === address ? { address, users, isStatic } : one));
  });
}

function known(step: StepContext, ref: DeviceRef, address: Mac): FilterAddress | undefined {
  return step.cells.get(ref).filter.find((one) => one.address === address);
}

function append(step: StepContext, ref: DeviceRef, address: Mac, isStatic: boolean): void {
  updateDevice(step, ref, (d) => {
    d.filter = [...d.filter, { address, users: 1, isStatic }];
  });
}

/** A protocol joined. @source dev_mc_add() */
export function devMcAdd(step: StepContext, ref: DeviceRef, address: Mac): void {
  const one = known(step, ref, address);
  if (one === undefined) append(step, ref, address, false);
  else setUsers(step, ref, address, one.users + 1, one.isStatic);
}

/** A protocol left. @source dev_mc_del() */
export function devMcDel(step: StepContext, ref: DeviceRef, address: Mac): void {
  const one = known(step, ref, address);
  if (one !== undefined) setUsers(step, ref, address, one.users - 1, one.isStatic);
}

/** An administrator's wish counts once, however often it is stated. @source dev_mc_add_global() */
export function devMcAddStatic(step: StepContext, ref: DeviceRef, address: Mac): void {
  const one = known(step, ref, address);
  if (one === undefined) append(step, ref, address, true);
  else if (!one.isStatic) setUsers(step, ref, address, one.users + 1, true);
}

/** @source dev_mc_del_global() */
export function devMcDelStatic(step: StepContext, ref: DeviceRef, address: Mac): Errno | null {
  const one = known(step, ref, address);
  if (one === undefined || !one.isStatic) return "ENOENT";
  setUsers(step, ref, address, one.users - 1, false);
  return null;
}
