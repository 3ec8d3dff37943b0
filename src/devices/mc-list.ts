/**
 * The group addresses that a device's filter lets in: joined by protocols, or put there by an administrator.
 * @source net/core/dev_addr_lists.c
 */
import type { Errno } from "../core/errno.ts";
import type { StepContext } from "../events/step-context.ts";
import type { Mac } from "../wire/mac.ts";
import { type DeviceRef, type FilterAddress, isUp, updateDevice } from "./net-device.ts";

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

/** No driver filters by further addresses: a device that has some hears everything from when it is up. @source __dev_set_rx_mode() */
export function devSetRxMode(step: StepContext, ref: DeviceRef): void {
  const dev = step.cells.get(ref);
  const isWanted = dev.unicast.length > 0;
  // A bridge says that it filters them, though it has no need to.
  if (!isUp(dev) || dev.bridge >= 0 || dev.isUnicastPromiscuous === isWanted) return;
  updateDevice(step, ref, (d) => {
    d.promiscuity += isWanted ? 1 : -1;
    d.isUnicastPromiscuous = isWanted;
  });
}

/** An address of a device's own beside the one that it has. @source dev_uc_add_excl() */
export function devUcAdd(step: StepContext, ref: DeviceRef, address: Mac): Errno | null {
  if (step.cells.get(ref).unicast.includes(address)) return "EEXIST";
  updateDevice(step, ref, (d) => {
    d.unicast = [...d.unicast, address];
  });
  devSetRxMode(step, ref);
  return null;
}

/** @source dev_uc_del() */
export function devUcDel(step: StepContext, ref: DeviceRef, address: Mac): Errno | null {
  if (!step.cells.get(ref).unicast.includes(address)) return "ENOENT";
  updateDevice(step, ref, (d) => {
    d.unicast = d.unicast.filter((one) => one !== address);
  });
  devSetRxMode(step, ref);
  return null;
}

/** @source dev_mc_add_excl() */
export function devMcAddExclusive(step: StepContext, ref: DeviceRef, address: Mac): Errno | null {
  if (known(step, ref, address) !== undefined) return "EEXIST";
  append(step, ref, address, true);
  return null;
}

/** One user less, whoever it was. @source dev_mc_del() */
export function devMcDelAny(step: StepContext, ref: DeviceRef, address: Mac): Errno | null {
  if (known(step, ref, address) === undefined) return "ENOENT";
  devMcDel(step, ref, address);
  return null;
}
