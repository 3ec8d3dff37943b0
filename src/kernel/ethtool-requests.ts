/**
 * What ethtool(8) asks for beyond links: features and queues.
 * @source net/ethtool/features.c, channels.c; drivers/net/veth.c, veth_set_channels()
 */
import { DONE, granted, type Result, refused } from "../core/result.ts";
import { canSwitch, defaultFeatures, FEATURES, fixFeatures } from "../devices/features.ts";
import { netifCarrierOff, netifCarrierOn } from "../devices/linkwatch.ts";
import { isUp, type NetDevice, updateDevice } from "../devices/net-device.ts";
import { deviceByName, type NetnsRef } from "../devices/netns.ts";
import type { BodyOf, ChannelInfo, FeatureInfo } from "../events/requests.ts";
import type { StepContext } from "../events/step-context.ts";
import { notifyLink } from "./notify.ts";

function wantedOf(dev: NetDevice): readonly string[] {
  return dev.wantedFeatures ?? defaultFeatures(dev.kind);
}

export function featuresOf(dev: NetDevice): FeatureInfo[] {
  const wanted = wantedOf(dev);
  const active = fixFeatures(wanted);
  return FEATURES.map((name) => ({
    name,
    isActive: active.includes(name),
    isWanted: wanted.includes(name),
    isFixed: !canSwitch(dev.kind, name),
  }));
}

export function getFeatures(
  step: StepContext,
  netns: NetnsRef,
  { ifname }: BodyOf<"ETHTOOL_GFEATURES">,
): Result<FeatureInfo[]> {
  const dev = deviceByName(step, netns, ifname);
  return dev === null ? refused("ENODEV") : granted(featuresOf(dev));
}

/** Fixed features stay as they are. */
export function setFeatures(
  step: StepContext,
  netns: NetnsRef,
  { ifname, on, off }: BodyOf<"ETHTOOL_SFEATURES">,
): Result<null> {
  const dev = deviceByName(step, netns, ifname);
  if (dev === null) return refused("ENODEV");
  const before = fixFeatures(wantedOf(dev));
  const wanted = FEATURES.filter((name) => {
    if (!canSwitch(dev.kind, name)) return wantedOf(dev).includes(name);
    return on.includes(name) || (wantedOf(dev).includes(name) && !off.includes(name));
  });
  const changed = updateDevice(step, dev.ref, (d) => {
    d.wantedFeatures = wanted;
  });
  if (fixFeatures(wanted).join() !== before.join()) notifyLink(step, changed); // NETDEV_FEAT_CHANGE
  return DONE;
}

export function getChannels(
  step: StepContext,
  netns: NetnsRef,
  { ifname }: BodyOf<"ETHTOOL_GCHANNELS">,
): Result<ChannelInfo> {
  const dev = deviceByName(step, netns, ifname);
  if (dev === null) return refused("ENODEV");
  if (dev.kind !== "veth") return refused("EOPNOTSUPP");
  return granted({
    rxMax: dev.numRxQueues,
    txMax: dev.numTxQueues,
    rx: dev.realRxQueues,
    tx: dev.realTxQueues,
  });
}

/** A device in use loses its carrier meanwhile, and so does its peer; both have one afterwards, wanted or not. */
export function setChannels(
  step: StepContext,
  netns: NetnsRef,
  { ifname, rx, tx, combined = 0, other = 0 }: BodyOf<"ETHTOOL_SCHANNELS">,
): Result<null> {
  const dev = deviceByName(step, netns, ifname);
  if (dev === null) return refused("ENODEV");
  if (dev.kind !== "veth") return refused("EOPNOTSUPP");
  const [wantedRx, wantedTx] = [rx ?? dev.realRxQueues, tx ?? dev.realTxQueues];
  if (wantedRx > dev.numRxQueues || wantedTx > dev.numTxQueues || combined > 0 || other > 0)
    return refused("EINVAL", "requested channel count exceeds maximum");
  if (wantedRx === dev.realRxQueues && wantedTx === dev.realTxQueues) return DONE;
  if (wantedRx === 0 || wantedTx === 0)
    return refused("EINVAL", "requested channel counts would result in no RX or TX channel being configured");
  const ends = isUp(dev) ? [dev.ref, ...(dev.peer < 0 ? [] : [dev.peer])] : [];
  for (const end of ends) netifCarrierOff(step, end);
  updateDevice(step, dev.ref, (d) => {
    d.realRxQueues = wantedRx;
    d.realTxQueues = wantedTx;
  });
  for (const end of ends) netifCarrierOn(step, end);
  return DONE;
}
