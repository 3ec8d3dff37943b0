/**
 * Ways that a namespace found before. A way is looked up twice for each frame, always with the same outcome until somebody
 * changes the namespace: the tables and settings were half of the stack's time.
 *
 * A memo is kept beside the stack's cell and is no part of the state. Each entry holds the records that the way was worked
 * out from, and counts only while those same records stand in their cells: as records are never written, there is nothing
 * that a change could forget to tell.
 */
import type { NetDevice } from "../devices/net-device.ts";
import type { NetnsRef } from "../devices/netns.ts";
import type { StepContext } from "../events/step-context.ts";
import type { Ipv4Address } from "../wire/ipv4-address.ts";
import { type InDevice, inDevice } from "./in-device.ts";
import type { NetStack } from "./net-stack.ts";
import type { Flow, OutputRoute } from "./route.ts";
import type { InputRoute } from "./route-input.ts";

/** Destinations of a namespace in each direction; beyond that it begins anew. */
const DESTINATIONS_MAX = 1024;

interface KnownOutput {
  readonly dst: Ipv4Address;
  readonly src: Ipv4Address;
  readonly tos: number;
  readonly device: NetDevice;
  readonly inDevice: InDevice;
  readonly route: OutputRoute;
}

interface KnownInput {
  readonly dst: Ipv4Address;
  readonly src: Ipv4Address;
  readonly tos: number;
  readonly device: NetDevice;
  readonly inDevice: InDevice;
  /** Device that it is passed on by; null: none. */
  readonly out: NetDevice | null;
  readonly route: InputRoute;
}

class RouteMemo {
  /** The newest way to or for each destination. */
  readonly outputs = new Map<Ipv4Address, KnownOutput>();
  readonly inputs = new Map<Ipv4Address, KnownInput>();
  /** Those found last: a conversation takes the same way again and again, and a comparison is less than a search. */
  lastOutput: KnownOutput | undefined = undefined;
  lastInput: KnownInput | undefined = undefined;
  constructor(readonly stack: NetStack) {}
}

function memoOf(step: StepContext, netns: NetnsRef, stack: NetStack): RouteMemo | null {
  const memo = step.cells.memo<RouteMemo>(step.cells.get(netns).stack);
  return memo !== undefined && memo.stack === stack ? memo : null;
}

function memoFor(step: StepContext, netns: NetnsRef, stack: NetStack): RouteMemo {
  const old = memoOf(step, netns, stack);
  if (old !== null) return old;
  const memo = new RouteMemo(stack);
  step.cells.setMemo(step.cells.get(netns).stack, memo);
  return memo;
}

function remember<T>(ways: Map<Ipv4Address, T>, dst: Ipv4Address, known: T): void {
  if (ways.size >= DESTINATIONS_MAX) ways.clear();
  ways.set(dst, known);
}

export function knownOutput(
  step: StepContext,
  netns: NetnsRef,
  stack: NetStack,
  flow: Flow,
): OutputRoute | null {
  if (flow.oif >= 0 || flow.scope !== undefined || stack.rules !== null) return null;
  const memo = memoOf(step, netns, stack);
  if (memo === null) return null;
  const known = memo.lastOutput?.dst === flow.dst ? memo.lastOutput : memo.outputs.get(flow.dst);
  memo.lastOutput = known;
  if (known === undefined || known.src !== flow.src || known.tos !== flow.tos) return null;
  const device = step.cells.get<NetDevice>(known.route.device);
  if (isOver(step, known.route)) return null;
  return device === known.device && inDevice(step, device) === known.inDevice ? known.route : null;
}

/** Did the time end of what was learned of this way? */
function isOver(step: StepContext, route: OutputRoute): boolean {
  const expires = route.exception?.expires ?? 0;
  return expires !== 0 && step.jiffies > expires;
}

/** Keeps a way whose source no other device's address decided. */
export function rememberOutput(
  step: StepContext,
  netns: NetnsRef,
  stack: NetStack,
  flow: Flow,
  route: OutputRoute,
): void {
  if (
    flow.oif >= 0 ||
    flow.scope !== undefined ||
    stack.rules !== null ||
    flow.dst === 0 ||
    route.route === null
  )
    return;
  if (flow.src === 0 && route.route.route.prefSrc === 0) return;
  const device = step.cells.get<NetDevice>(route.device);
  const memo = memoFor(step, netns, stack);
  memo.lastOutput = {
    dst: flow.dst,
    src: flow.src,
    tos: flow.tos,
    device,
    inDevice: inDevice(step, device),
    route,
  };
  remember(memo.outputs, flow.dst, memo.lastOutput);
}

export function knownInput(
  step: StepContext,
  device: NetDevice,
  stack: NetStack,
  src: Ipv4Address,
  dst: Ipv4Address,
  tos: number,
): InputRoute | null {
  const memo = memoOf(step, device.netns, stack);
  if (memo === null) return null;
  const known = memo.lastInput?.dst === dst ? memo.lastInput : memo.inputs.get(dst);
  memo.lastInput = known;
  if (known === undefined || known.src !== src || known.tos !== tos || known.device !== device) return null;
  if (known.out !== null && step.cells.get(known.out.ref) !== known.out) return null;
  if ("out" in known.route && isOver(step, known.route.out)) return null;
  return inDevice(step, device) === known.inDevice ? known.route : null;
}

export function rememberInput(
  step: StepContext,
  device: NetDevice,
  stack: NetStack,
  src: Ipv4Address,
  dst: Ipv4Address,
  tos: number,
  route: InputRoute,
): void {
  const out = "out" in route ? step.cells.get<NetDevice>(route.out.device) : null;
  const memo = memoFor(step, device.netns, stack);
  memo.lastInput = { dst, src, tos, device, inDevice: inDevice(step, device), out, route };
  remember(memo.inputs, dst, memo.lastInput);
}
