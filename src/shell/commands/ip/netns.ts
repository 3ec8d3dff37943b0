/** `ip netns`: named namespaces, their ids, and commands run in them. */
import { type Errno, strerror } from "../../../core/errno.ts";
import type { NetnsId } from "../../../events/requests.ts";
import { listenToRtnl } from "../../run/listen.ts";
import type { ToolContext } from "../../tool.ts";
import { isPrefixOf, parseInteger, parseUnsigned } from "./args.ts";
import type { Session } from "./session.ts";
import { usage } from "./usage.ts";

function checkName(s: Session, name: string): void {
  const isBad = name === "" || name === "." || name === ".." || name.includes("/") || name.length > 255;
  if (isBad) s.exit(`Invalid netns name "${name}"\n`);
}

/** What the kernel says to each file that stands for no namespace when its id is asked for. */
function complainOf(s: Session, fault: Errno | null): void {
  if (fault === "EINVAL") s.err("Error: Peer netns reference is invalid.\n");
}

function list(s: Session): void {
  const names = s.talk("NETNS_LIST", {});
  // Asked once for all names, and once more for each that is printed.
  for (const { fault } of [...names, ...names]) complainOf(s, fault);
  s.print((p) => {
    for (const { name, nsid } of names) {
      p.object();
      p.put("name", name, name);
      if (nsid !== null) p.put("id", nsid, ` (id: ${nsid})`);
      p.text("\n");
      p.close();
    }
  });
}

function listId(s: Session, words: readonly string[]): void {
  const args = s.args(words);
  let wanted: number | null = null;
  let target: number | null = null;
  while (!args.isEmpty) {
    const word = args.take();
    if (word !== "nsid" && word !== "target-nsid") usage(s, "netns");
    const text = args.value();
    const nsid = parseUnsigned(text) ?? args.invalid(`"${word}" value is invalid`, text);
    if (word === "nsid") wanted = nsid;
    else target = nsid;
  }
  // One id is asked for in the namespace where the tool runs, whatever target was named.
  for (const { fault } of s.talk("NETNS_LIST", {})) complainOf(s, fault);
  const reply = s.request("RTM_GETNSID_DUMP", target === null || wanted !== null ? {} : { target });
  if (!reply.ok) {
    s.printRefusal(reply);
    s.fail("Dump terminated\n", 1);
  }
  const all = reply.value;
  const ids = wanted === null ? all : all.filter(({ nsid }) => nsid === wanted);
  if (wanted !== null && ids.length === 0)
    s.refuse({ ok: false, errno: "EINVAL", extack: "Peer netns reference is invalid" });
  s.print((p) => {
    for (const { nsid, names, currentNsid } of ids) {
      p.object();
      p.put("nsid", nsid, `nsid ${nsid} `);
      if (currentNsid !== undefined) p.put("current-nsid", currentNsid, `current-nsid ${currentNsid} `);
      const name = names[0];
      if (name !== undefined) p.put("name", name, `(iproute2 netns name: ${name})`);
      p.text("\n");
      p.close();
    }
  });
}

function add(s: Session, words: readonly string[]): void {
  const name = words[0];
  if (name === undefined) s.fail("No netns name specified\n", 1);
  checkName(s, name);
  const reply = s.request("NETNS_ADD", { name });
  if (!reply.ok) s.fail(`Cannot create namespace file "/run/netns/${name}": ${strerror(reply.errno)}\n`, 1);
}

function removeOne(s: Session, name: string): void {
  const reply = s.request("NETNS_DEL", { name });
  if (!reply.ok) s.fail(`Cannot remove namespace file "/run/netns/${name}": ${strerror(reply.errno)}\n`, 1);
}

function remove(s: Session, words: readonly string[]): void {
  if (s.options.isAll) {
    for (const { name } of s.talk("NETNS_LIST", {})) removeOne(s, name);
    return;
  }
  const name = words[0];
  if (name === undefined) s.fail("No netns name specified\n", 1);
  checkName(s, name);
  removeOne(s, name);
}

function open(s: Session, name: string, status: number): NetnsId {
  const reply = s.request("NETNS_OPEN", { name });
  if (reply.ok) return reply.value.netns;
  if (reply.errno === "EINVAL") return s.fail(`${notEntered(name)}\n`, status);
  return s.fail(cannotOpen(name, reply.errno), status);
}

function cannotOpen(name: string, errno: Errno): string {
  return `Cannot open network namespace "${name}": ${strerror(errno)}\n`;
}

/** The file is there, but setns(2) does not take it. */
export function notEntered(name: string): string {
  return `setting the network namespace "${name}" failed: Invalid argument`;
}

function set(s: Session, words: readonly string[]): void {
  const [name, text] = words;
  if (name === undefined) s.fail("No netns name specified\n", 1);
  if (text === undefined) s.fail("No nsid specified\n", 1);
  const args = s.args([]);
  const nsid = text === "auto" ? -1 : (parseInteger(text) ?? args.invalid('Invalid "netnsid" value', text));
  if (text !== "auto" && nsid < 0) args.invalid('"netnsid" value should be >= 0', text);
  const opened = s.request("NETNS_OPEN", { name });
  if (!opened.ok && opened.errno === "EINVAL")
    s.refuse({ ok: false, errno: "EINVAL", extack: "Peer netns reference is invalid" });
  s.talk("RTM_NEWNSID", { netns: open(s, name, 1), nsid });
}

function identify(s: Session, words: readonly string[]): void {
  if (words.length > 1) s.fail("extra arguments specified\n", 1);
  let netns = s.netns;
  const text = words[0];
  if (text !== undefined) {
    const pid = parseUnsigned(text) ?? s.fail(`Specified string '${text}' is not a pid\n`, 1);
    const reply = s.request("NETNS_OF_PID", { pid });
    if (!reply.ok) s.fail("Cannot open network namespace: No such file or directory\n", 1);
    netns = reply.value.netns;
  }
  // Of several names the one that is listed last is told; of none, an empty line.
  const names = s.talk("NETNS_LIST", {}).filter((entry) => entry.netns === netns);
  s.out(`${names[names.length - 1]?.name ?? ""}\n`);
}

function pids(s: Session, words: readonly string[]): void {
  const name = words[0];
  if (name === undefined) s.fail("No netns name specified\n", 1);
  if (words.length > 1) s.fail("extra arguments specified\n", 1);
  checkName(s, name);
  const reply = s.request("NETNS_PIDS", { name });
  if (!reply.ok) s.fail(`Cannot open network namespace: ${strerror(reply.errno)}\n`, 1);
  for (const pid of reply.value) s.out(`${pid}\n`);
}

async function runIn(
  s: Session,
  netns: NetnsId,
  netnsName: string,
  argv: readonly string[],
): Promise<number> {
  s.flush();
  const errno = s.cx.missing(argv[0]!);
  if (errno === null) return s.cx.exec(argv, { netns, netnsName });
  s.err(`exec of "${argv[0]!}" failed: ${strerror(errno === "EISDIR" ? "EACCES" : errno)}\n`);
  return 1;
}

async function exec(s: Session, words: readonly string[]): Promise<void> {
  if (s.options.isAll) {
    if (words.length === 0) return s.fail("No command specified\n", 1);
    for (const { name, netns, fault } of s.talk("NETNS_LIST", {})) {
      if (netns === null) {
        s.err(fault === "EINVAL" ? `${notEntered(name)}\n` : cannotOpen(name, fault!));
        continue;
      }
      s.out(`\nnetns: ${name}\n`);
      await runIn(s, netns, name, words);
    }
    return;
  }
  const name = words[0];
  if (name === undefined) return s.fail("No netns name specified\n", 1);
  if (words.length === 1) return s.fail("No command specified\n", 1);
  checkName(s, name);
  s.status = await runIn(s, open(s, name, 255), name, words.slice(1));
}

function attach(s: Session, words: readonly string[]): void {
  const [name, text] = words;
  if (name === undefined || text === undefined) s.fail("No netns name and PID specified\n", 1);
  const pid = parseInteger(text) ?? 0;
  if (pid === 0) s.fail(`Invalid PID: ${text}\n`, 1);
  checkName(s, name);
  if (s.talk("NETNS_LIST", {}).some((entry) => entry.name === name))
    s.fail(`Cannot create namespace file "/run/netns/${name}": ${strerror("EEXIST")}\n`, 1);
  const found = s.request("NETNS_OF_PID", { pid });
  if (!found.ok) s.fail(`Bind /proc/${pid}/ns/net -> /run/netns/${name} failed: ${strerror("ENOENT")}\n`, 1);
  s.talk("NETNS_ATTACH", { name, netns: found.value.netns });
}

/** What is printed waits in the buffer of a pipe or a file, and is lost when a signal ends it. */
async function monitor(s: Session): Promise<void> {
  s.flush();
  await listenToRtnl((s.cx as ToolContext).process, ["netnsName"], null, (message) => {
    if (message.object !== "netnsName") return;
    s.cx.out(`${message.isDeleted ? "delete" : "add"} ${message.body.name}\n`);
  });
}

type Run = (s: Session, words: readonly string[]) => void | Promise<void>;

const COMMANDS: readonly (readonly [word: string, run: Run])[] = [
  ["list", list],
  ["show", list],
  ["lst", list],
  ["list-id", listId],
  ["help", (s) => usage(s, "netns")],
  ["add", add],
  ["set", set],
  ["delete", remove],
  ["identify", identify],
  ["pids", pids],
  ["exec", exec],
  ["monitor", monitor],
  ["attach", attach],
];

export function netns(s: Session, words: readonly string[]): void | Promise<void> {
  if (words.length === 0) return list(s);
  const command = COMMANDS.find(([word]) => isPrefixOf(words[0]!, word));
  if (command === undefined) return s.args(words).unknownCommand("netns", words[0]!);
  return command[1](s, words.slice(1));
}
