/** Answers the requests of user space: each operation with what carries it out. */
import { DONE, granted, type Result, refused } from "../core/result.ts";
import { devicesOf, Netns, type NetnsRef } from "../devices/netns.ts";
import type { BodyOf, LinkAttrs, Operation, ReplyOf } from "../events/requests.ts";
import type { StepContext } from "../events/step-context.ts";
import * as labels from "./addr-label-requests.ts";
import * as arp from "./arp-ioctls.ts";
import { addBridge, bridgePrivate, changePorts, deleteBridge } from "./bridge-ioctls.ts";
import { bridgeLinkSet } from "./bridges.ts";
import * as ethtool from "./ethtool-requests.ts";
import { fdbDump } from "./fdb-infos.ts";
import * as fdb from "./fdb-requests.ts";
import * as names from "./file-names.ts";
import * as files from "./files.ts";
import { globals, processOf, updateGlobals } from "./globals.ts";
import * as inet from "./inet-requests.ts";
import { addrDump, ifreqInfo, linkDump, linkInfo, neighDump, neighInfo, neighTables } from "./infos.ts";
import * as ioctls from "./ioctls.ts";
import * as links from "./link-requests.ts";
import { unloadVeth } from "./links.ts";
import * as namespaces from "./namespaces.ts";
import * as neigh from "./neigh-requests.ts";
import { netlinkSend } from "./netlink/send.ts";
import { veth2007 } from "./netlink/veth-2007.ts";
import * as netnsNames from "./netns-names.ts";
import * as processes from "./processes.ts";
import { routeGet, routeGetFibMatch } from "./route-get.ts";
import { ruleAdd, ruleDel, ruleDump } from "./rule-requests.ts";
import { socketDump } from "./socket-dump.ts";
import { setNeighTable } from "./sysctl/stack-sysctls.ts";
import { fileLimits, fileMount, installPrograms } from "./vfs/initial-files.ts";
import { fileSystem } from "./vfs/walk.ts";

type Handler<Op extends Operation> = (
  step: StepContext,
  netns: NetnsRef,
  body: BodyOf<Op>,
) => Result<ReplyOf<Op>>;
type Handlers = { readonly [Op in Operation]: Handler<Op> };

const HANDLERS: Handlers = {
  RTM_NEWLINK_ADD: links.linkAdd,
  RTM_NEWLINK_SET: links.linkSet,
  RTM_DELLINK: (step, netns, { ifindex }) => links.linkDelete(step, netns, ifindex),
  RTM_GETLINK_DUMP: (step, netns) => granted(linkDump(step, netns)),
  RTM_GETLINK: (step, netns, body) => {
    const dev = links.findLink(step, netns, body);
    return dev.ok ? granted(linkInfo(step, dev.value)) : dev;
  },
  RTM_NEWLINKPROP: (step, netns, { ifindex, altnames }) =>
    links.linkProperty(step, netns, ifindex, altnames, true),
  RTM_DELLINKPROP: (step, netns, { ifindex, altnames }) =>
    links.linkProperty(step, netns, ifindex, altnames, false),

  RTM_NEWADDR: inet.addrAdd,
  RTM_DELADDR: inet.addrDel,
  RTM_GETADDR: (step, netns) => granted(addrDump(step, netns)),
  RTM_NEWROUTE: inet.routeAdd,
  RTM_DELROUTE: inet.routeDel,
  RTM_GETROUTE_DUMP: (step, netns, { table, isStrict, family, isCloned }) =>
    inet.routeDumpOf(step, netns, table, { isStrict, family, isCloned }),
  RTM_GETROUTE: routeGet,
  RTM_GETROUTE_FIBMATCH: routeGetFibMatch,
  UDP_CONNECT: (step, netns, { address }) => inet.udpConnect(step, netns, address),
  RTM_NEWADDRLABEL: labels.labelAdd,
  RTM_DELADDRLABEL: labels.labelDel,
  RTM_GETADDRLABEL: (step, netns) => granted(labels.labelDump(step, netns)),

  RTM_NEWRULE: ruleAdd,
  RTM_DELRULE: ruleDel,
  RTM_GETRULE: (step, netns, { family = "inet" }) => granted(ruleDump(step, netns, family)),

  RTM_NEWNEIGH: neigh.neighAdd,
  RTM_DELNEIGH: neigh.neighDel,
  RTM_GETNEIGH_DUMP: (step, netns, { ifindex, proxy }) =>
    granted(
      proxy
        ? neigh.proxyDump(step, netns, ifindex)
        : neighDump(step, netns, ifindex).map((entry) => neighInfo(step, entry)),
    ),
  RTM_GETNEIGH: neigh.neighGet,
  RTM_GETFDB_DUMP: fdbDump,
  RTM_GETFDB: fdb.fdbGet,
  RTM_NEWFDB: fdb.fdbAdd,
  RTM_DELFDB: fdb.fdbDel,
  RTM_DELFDB_BULK: fdb.fdbDelBulk,
  RTM_SETLINK_BRIDGE: bridgeLinkSet,
  RTM_SETNEIGHTBL: setNeighTable,
  RTM_GETNEIGHTBL: (step, netns) => granted(neighTables(step, netns)),

  NETLINK_SEND: (step, netns, body) => netlinkSend(step, netns, body, handleRequest),
  VETH_2007: (step, _netns, { isLoaded }) => veth2007(step, isLoaded),
  RTM_NEWNSID: (step, netns, body) => namespaces.nsidSet(step, netns, body.netns, body.nsid),
  RTM_GETNSID_DUMP: (step, netns, { target }) => netnsNames.nsidDump(step, netns, target),

  NETNS_ADD: (step, _netns, { name }) => netnsNames.netnsAdd(step, name),
  NETNS_ATTACH: (step, _netns, { name, netns }) => netnsNames.netnsAttach(step, name, netns),
  NETNS_DEL: (step, _netns, { name }) => netnsNames.netnsDel(step, name),
  NETNS_OPEN: (step, _netns, { name }) => {
    const found = netnsNames.netnsByName(step, name);
    return found.ok ? granted({ netns: found.value }) : found;
  },
  NETNS_LIST: (step, netns) => granted(netnsNames.netnsList(step, netns)),
  NETNS_PIDS: (step, _netns, { name }) => {
    const found = netnsNames.netnsByName(step, name);
    if (!found.ok) return found.errno === "EINVAL" ? granted([]) : found;
    const { processes: inside } = step.cells.get(found.value);
    return granted(inside.sorted().map(([pid]) => pid));
  },
  NETNS_MOUNT: netnsNames.netnsMount,
  NETNS_UMOUNT: netnsNames.netnsUmount,
  SYSFS_MOUNT: (step, _netns, { pid }) => processes.mountSysfs(step, pid),
  NETNS_OF_PID: (step, _netns, { pid }) => {
    const found = processOf(step, pid);
    return found === null ? refused("ESRCH") : granted({ netns: found.process.netns });
  },
  UNSHARE_NET: (step, _netns, { pid }) => processes.unshareNet(step, pid),

  ETHTOOL_GFEATURES: ethtool.getFeatures,
  ETHTOOL_SFEATURES: ethtool.setFeatures,
  ETHTOOL_GCHANNELS: ethtool.getChannels,
  ETHTOOL_SCHANNELS: ethtool.setChannels,

  MODULE_LOADED: (step) => granted({ veth: globals(step).isVethLoaded }),
  MODULE_LOAD: (step, _netns, { veth }) => {
    if (!veth) unloadVeth(step);
    updateGlobals(step, (g) => {
      g.isVethLoaded = veth;
    });
    return DONE;
  },

  FORK: (step, netns, { comm, parent }) => granted({ pid: processes.fork(step, netns, comm, parent) }),
  SETNS: (step, _netns, { pid, netns, name }) =>
    name === undefined ? processes.setns(step, pid, netns) : processes.enterNetns(step, pid, netns, name),
  EXEC: (step, _netns, body) => processes.exec(step, body),
  CHDIR: (step, _netns, { pid, path }) => processes.chdir(step, pid, path),
  PROCESSES: (step) => granted(processes.processInfos(step)),
  EXIT: (step, _netns, { pid }) => processes.exit(step, pid),
  SPAWN: (step, _netns, body) => processes.spawn(step, body),
  PIPE_FULL: (step, _netns, { pid, isFull }) => processes.pipeFull(step, pid, isFull),
  KILL: (step, _netns, { pid, signal }) => processes.kill(step, pid, signal),

  FILE_READ: files.fileRead,
  FILE_WRITE: files.fileWrite,
  FILE_OPEN: files.fileOpen,
  FILE_CLOSE: (step, _netns, { ino }) => files.fileClose(step, ino),
  FILE_PREAD: (step, _netns, body) => files.filePread(step, body),
  FILE_PWRITE: (step, _netns, body) => files.filePwrite(step, body),
  FILE_TRUNCATE: files.fileTruncate,
  FILE_STAT: files.fileStat,
  FILE_FSTAT: (step, _netns, { ino }) => files.fileFstat(step, ino),
  FILE_READDIR: files.fileReaddir,
  FILE_MKDIR: names.fileMkdir,
  FILE_UNLINK: (step, netns, body) => names.fileRemove(step, netns, body, false),
  FILE_RMDIR: (step, netns, body) => names.fileRemove(step, netns, body, true),
  FILE_RENAME: names.fileRename,
  FILE_LINK: names.fileLink,
  FILE_SYMLINK: names.fileSymlink,
  FILE_MKFIFO: names.fileMkfifo,
  FILE_CHMOD: files.fileChmod,
  FILE_CHOWN: files.fileChown,
  FILE_UTIMES: files.fileUtimes,
  FILE_REALPATH: files.fileRealpath,
  FILE_FIND: files.fileFind,
  FILE_INSTALL: (step, _netns, body) => installPrograms(step, body),
  FILE_LIMITS: (step, _netns, body) => fileLimits(step, body),
  FILE_STATFS: (step) => {
    const { octets, octetsMax, inodes, inodesMax } = fileSystem(step);
    return granted({ octets, octetsMax, inodes, inodesMax });
  },
  FILE_MOUNT: (step, _netns, body) => fileMount(step, body),
  NETNS_OF_FILE: files.netnsOfFile,

  SIOCGIFCONF: (step, netns) => granted(devicesOf(step, netns).map((dev) => ifreqInfo(step, dev))),
  SIOCSIFADDR: (step, netns, { ifname, address }) => ioctls.setAddress(step, netns, ifname, address),
  SIOCSIFNETMASK: (step, netns, { ifname, netmask }) => ioctls.setNetmask(step, netns, ifname, netmask),
  SIOCSIFBRDADDR: (step, netns, { ifname, address }) => ioctls.setBroadcast(step, netns, ifname, address),
  SIOCSIFDSTADDR: (step, netns, { ifname, address }) => ioctls.setDestination(step, netns, ifname, address),
  SIOCGIFFLAGS: (step, netns, { ifname }) => ioctls.getFlags(step, netns, ifname),
  SIOCSIFFLAGS: (step, netns, { ifname, flags }) => ioctls.setFlags(step, netns, ifname, flags),
  SIOCSIFMTU: (step, netns, { ifname, mtu }) => ioctls.setLink(step, netns, ifname, { mtu }),
  SIOCSIFHWADDR: (step, netns, { ifname, address }) => ioctls.setLink(step, netns, ifname, { address }),
  SOCK_DIAG_DUMP: (step, netns) => granted(socketDump(step, netns)),
  SIOCADDMULTI: (step, netns, { ifname, address }) => ioctls.changeFilter(step, netns, ifname, address, true),
  SIOCDELMULTI: (step, netns, { ifname, address }) =>
    ioctls.changeFilter(step, netns, ifname, address, false),
  SIOCSIFTXQLEN: (step, netns, { ifname, txqueuelen }) => ioctls.setLink(step, netns, ifname, { txqueuelen }),
  SIOCBRADDBR: (step, netns, { bridge }) => addBridge(step, netns, bridge),
  SIOCBRDELBR: (step, netns, { bridge }) => deleteBridge(step, netns, bridge),
  SIOCBRADDIF: (step, netns, { bridge, ifindex }) => changePorts(step, netns, bridge, ifindex, true),
  SIOCBRDELIF: (step, netns, { bridge, ifindex }) => changePorts(step, netns, bridge, ifindex, false),
  SIOCBRPRIVATE: bridgePrivate,
  SIOCSARP: arp.arpSet,
  SIOCDARP: arp.arpDelete,
  SIOCADDRT: (step, netns, entry) => ioctls.changeRoute(step, netns, entry, true),
  SIOCDELRT: (step, netns, entry) => ioctls.changeRoute(step, netns, entry, false),
};

/** Is it a namespace that somebody can be in? One that waits for its clean-up has lost its last holder. */
function isLiving(step: StepContext, netns: NetnsRef): boolean {
  const found: unknown = step.cells.get(netns);
  return found instanceof Netns && !found.isDying;
}

/** Namespaces that a request names beside the one that it comes from. */
function namedNetnses(body: object): NetnsRef[] {
  const { netns, peer } = body as { readonly netns?: NetnsRef; readonly peer?: LinkAttrs | string };
  return [netns, typeof peer === "object" ? peer.netns : undefined].filter((named) => named !== undefined);
}

/** Carries out a request. A namespace that is gone, or an operation that there is not, is refused. */
export function handleRequest<Op extends Operation>(
  step: StepContext,
  netns: NetnsRef,
  op: Op,
  body: BodyOf<Op>,
): Result<ReplyOf<Op>> {
  if (!isLiving(step, netns)) return refused("ENOENT");
  if (namedNetnses(body).some((named) => !isLiving(step, named))) return refused("EINVAL");
  const handler: Handler<Op> | undefined = HANDLERS[op];
  return handler === undefined ? refused("EOPNOTSUPP") : handler(step, netns, body);
}
