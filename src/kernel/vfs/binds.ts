/** The file view that `ip netns exec` gives: what is under /etc/netns/NAME is mounted over its like under /etc. */
import type { StepContext } from "../../events/step-context.ts";
import type { Process } from "../globals.ts";
import { inodeAt, walkTo } from "./walk.ts";

export type Bind = Process["about"]["binds"][number];

/** @source iproute2, lib/namespace.c, bind_etc() */
export function netnsBinds(
  step: StepContext,
  process: Process,
  name: string,
): { readonly binds: readonly Bind[]; readonly failed: readonly string[] } {
  const who = { netns: process.netns, process };
  const dir = walkTo(step, who, `/etc/netns/${name}`);
  const binds = new Map(process.about.binds.map((bind) => [bind.path, bind]));
  const failed: string[] = [];
  if (!dir.ok || dir.value.kind !== "inode") return { binds: [...binds.values()], failed };
  for (const [file] of inodeAt(step, dir.value.ino).entries.sorted()) {
    const over = walkTo(step, who, `/etc/${file}`);
    const source = walkTo(step, who, `/etc/netns/${name}/${file}`);
    if (!over.ok || over.value.kind !== "inode" || !source.ok || source.value.kind !== "inode")
      failed.push(file);
    else binds.set(over.value.path, { path: over.value.path, ino: source.value.ino });
  }
  return { binds: [...binds.values()], failed };
}
