/** The files that a run begins with, those that it is given, and the bounds of it all. */
import { NAME_SERVER } from "../../core/name-server.ts";
import { textToOctets } from "../../core/octets.ts";
import { DONE, type Result, refused } from "../../core/result.ts";
import type { BodyOf, MountedFile } from "../../events/requests.ts";
import type { StepContext } from "../../events/step-context.ts";
import { globals, updateGlobals } from "../globals.ts";
import { FileSystem, type Ino, Inode } from "./inode.ts";
import { addInode, linkName, setInode } from "./store.ts";
import { inodeAt, walk } from "./walk.ts";

/** @differs from tmpfs, which takes half of the memory */
const OCTETS_MAX = 256 << 20;
const INODES_MAX = 1 << 18;

const OS_RELEASE = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
`;

/** Numbers as the IANA gives them. */
const PROTOCOLS = [
  ["ip", 0, "IP"],
  ["icmp", 1, "ICMP"],
  ["igmp", 2, "IGMP"],
  ["ipencap", 4, "IP-ENCAP"],
  ["tcp", 6, "TCP"],
  ["udp", 17, "UDP"],
  ["ipv6", 41, "IPv6"],
  ["gre", 47, "GRE"],
  ["esp", 50, "IPSEC-ESP"],
  ["ah", 51, "IPSEC-AH"],
  ["ipv6-icmp", 58, "IPv6-ICMP"],
  ["sctp", 132, "SCTP"],
].map(([name, number, alias]) => `${name}\t${number}\t${alias}\n`);

const SERVICES = [
  "echo 7/tcp",
  "echo 7/udp",
  "discard 9/tcp",
  "discard 9/udp",
  "ftp 21/tcp",
  "ssh 22/tcp",
  "telnet 23/tcp",
  "smtp 25/tcp",
  "domain 53/tcp",
  "domain 53/udp",
  "bootps 67/udp",
  "bootpc 68/udp",
  "tftp 69/udp",
  "http 80/tcp",
  "ntp 123/udp",
  "snmp 161/udp",
  "https 443/tcp",
  "https 443/udp",
  "syslog 514/udp",
].map((line) => `${line.replace(" ", "\t\t")}\n`);

type Initial = readonly [path: string, mode: number, text: string | null | { readonly to: string }];

const DIR = 0o755;
const INITIAL: readonly Initial[] = [
  ["/dev", DIR, null],
  ["/etc", DIR, null],
  ["/etc/group", 0o644, "root:x:0:\nnogroup:x:65534:\n"],
  ["/etc/hostname", 0o644, "vethsim\n"],
  ["/etc/hosts", 0o644, "127.0.0.1\tlocalhost\n"],
  ["/etc/mtab", 0o777, { to: "/proc/mounts" }],
  ["/etc/netns", DIR, null],
  ["/etc/os-release", 0o644, OS_RELEASE],
  [
    "/etc/passwd",
    0o644,
    "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
  ],
  ["/etc/protocols", 0o644, PROTOCOLS.join("")],
  ["/etc/resolv.conf", 0o644, `nameserver ${NAME_SERVER}\n`],
  ["/etc/services", 0o644, SERVICES.join("")],
  ["/home", DIR, null],
  ["/media", DIR, null],
  ["/mnt", DIR, null],
  ["/opt", DIR, null],
  ["/proc", 0o555, null],
  ["/root", 0o700, null],
  ["/run", DIR, null],
  ["/run/netns", DIR, null],
  ["/srv", DIR, null],
  ["/sys", 0o555, null],
  ["/tmp", 0o1777, null],
  ["/usr", DIR, null],
  ["/usr/bin", DIR, null],
  ["/usr/lib", DIR, null],
  ["/usr/local", DIR, null],
  ["/usr/local/bin", DIR, null],
  ["/usr/local/sbin", DIR, null],
  ["/usr/sbin", DIR, null],
  ["/usr/share", DIR, null],
  ["/var", DIR, null],
  ["/var/lib", DIR, null],
  ["/var/log", DIR, null],
  ["/var/run", 0o777, { to: "/run" }],
  ["/var/tmp", 0o1777, null],
  ["/bin", 0o777, { to: "usr/bin" }],
  ["/lib", 0o777, { to: "usr/lib" }],
  ["/sbin", 0o777, { to: "usr/sbin" }],
  ["/dev/fd", 0o777, { to: "/proc/self/fd" }],
  ["/dev/stdin", 0o777, { to: "/proc/self/fd/0" }],
  ["/dev/stdout", 0o777, { to: "/proc/self/fd/1" }],
  ["/dev/stderr", 0o777, { to: "/proc/self/fd/2" }],
  ["/dev/pts", DIR, null],
  ["/dev/shm", 0o1777, null],
];
const DEVICES = ["null", "zero", "full", "random", "urandom", "tty"];

/** Makes the file system of a fresh run. */
export function makeFileSystem(step: StepContext): void {
  const root: Ino = step.cells.add(new Inode({ ino: 0, type: "dir", mode: DIR, nlink: 2 }));
  setInode(step, new Inode({ ino: root, type: "dir", mode: DIR, nlink: 2, parent: root }));
  const bounds = { octetsMax: OCTETS_MAX, inodesMax: INODES_MAX, inodes: 1 };
  const fs = step.cells.add(new FileSystem({ root, ...bounds }));
  updateGlobals(step, (g) => {
    g.fs = fs;
  });
  for (const [path, mode, what] of INITIAL) {
    const isLink = typeof what === "object" && what !== null;
    const type = what === null ? "dir" : isLink ? "symlink" : "file";
    const text = isLink ? what.to : (what ?? "");
    place(step, path, { type, mode, text });
  }
  for (const name of DEVICES) place(step, `/dev/${name}`, { type: "chardev", mode: 0o666, text: name });
}

/** Makes one inode at a path whose directory there is; what is there already stays. */
function place(
  step: StepContext,
  path: string,
  fields: Partial<Inode> & Pick<Inode, "type" | "mode">,
): Result<null> {
  const found = walk(step, { netns: 0, process: null }, path, false);
  if (!found.ok) return found;
  if (found.value.kind !== "missing") return refused("EEXIST");
  if (found.value.dir === null) return refused("EPERM");
  const made = addInode(step, { ...fields, parent: found.value.dir });
  if (!made.ok) return made;
  linkName(step, found.value.dir, found.value.name, made.value);
  return DONE;
}

/** Puts the files of programs in place; what a run was given once is not given again. */
export function installPrograms(step: StepContext, { dirs }: BodyOf<"FILE_INSTALL">): Result<null> {
  const ref = globals(step).fs;
  if (step.cells.get(ref).programs.length > 0) return DONE;
  const programs: string[] = [];
  for (const { path, names } of dirs) {
    const found = walk(step, { netns: 0, process: null }, path, true);
    if (!found.ok || found.value.kind !== "inode") return refused("ENOENT");
    const dir = inodeAt(step, found.value.ino);
    let { entries } = dir;
    for (const name of names) {
      programs.push(name);
      entries = entries.set(name, -programs.length);
    }
    setInode(step, dir.with({ entries }));
  }
  step.cells.set(ref, step.cells.get(ref).with({ programs }));
  return DONE;
}

export function fileLimits(step: StepContext, { octetsMax, inodesMax }: BodyOf<"FILE_LIMITS">): Result<null> {
  const ref = globals(step).fs;
  step.cells.set(ref, step.cells.get(ref).with({ octetsMax, inodesMax }));
  return DONE;
}

/** Mounts files read-only. Of several with one path the first one stands. */
export function fileMount(step: StepContext, { at, files }: BodyOf<"FILE_MOUNT">): Result<null> {
  const made: string[] = [];
  const dirs = (path: string): void => {
    for (let end = path.indexOf("/", 1); end >= 0; end = path.indexOf("/", end + 1)) {
      const dir = path.slice(0, end);
      if (place(step, dir, { type: "dir", mode: DIR }).ok) made.push(dir);
    }
  };
  dirs(`${at}/`);
  const put = ({ path, mode, text, errno }: MountedFile): Result<null> => {
    const full = `${at}/${path}`;
    dirs(full);
    made.push(full);
    if (text === null) return place(step, full, { type: "dir", mode });
    return place(step, full, { type: "file", mode, text: textToOctets(text), fault: errno ?? null });
  };
  for (const file of files) {
    const result = put(file);
    if (!result.ok && result.errno !== "EEXIST") return result;
  }
  for (const path of [at, ...made]) {
    const found = walk(step, { netns: 0, process: null }, path, false);
    if (found.ok && found.value.kind === "inode" && (path === at || path.startsWith(`${at}/`)))
      setInode(step, inodeAt(step, found.value.ino).with({ isReadOnly: true }));
  }
  return DONE;
}
