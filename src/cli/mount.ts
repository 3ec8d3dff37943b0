/** `--mount`: a folder of the host, read once and whole, as files that the run may read and nobody may change. */
import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { decode } from "../core/octets.ts";
import type { MountedFile } from "../events/requests.ts";
import { fileError, type Io, UsageError } from "./io.ts";

/** Where the script's own folder stands in the run; others stand beside it under their own names. */
export const SCRIPT_PLACE = "/mnt/script";
const FILES_MAX = 4096;
const OCTETS_MAX = 32 << 20;
const FILE_OCTETS_MAX = 8 << 20;

export interface Mount {
  readonly at: string;
  readonly files: readonly MountedFile[];
}

/**
 * The mounts that the options ask for: `true` is the script's own folder. No path of the host is in them but names below the folders.
 * @throws UsageError for a folder that cannot be read or is too large
 */
export function mountsOf(wanted: readonly (string | true)[], script: string, io: Io): Mount[] {
  return wanted.map((one) =>
    one === true
      ? { at: SCRIPT_PLACE, files: readFolder(script === "-" ? "." : dirname(script), io) }
      : { at: `/mnt/${basename(realpath(one))}`, files: readFolder(one, io) },
  );
}

function realpath(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    throw fileError(path, error);
  }
}

function readFolder(given: string, io: Io): MountedFile[] {
  const root = realpath(given);
  if (!statSync(root).isDirectory()) throw new UsageError(`${given}: not a directory`);
  const files: MountedFile[] = [];
  let octets = 0;
  const visit = (below: string): void => {
    for (const name of readdirSync(join(root, below)).sort()) {
      const path = below === "" ? name : `${below}/${name}`;
      if (files.length >= FILES_MAX)
        throw new UsageError(`--mount ${given}: more than ${FILES_MAX} files; mount a smaller folder`);
      const file = read(root, path, given, io);
      files.push(file);
      octets += file.text?.length ?? 0;
      if (octets > OCTETS_MAX)
        throw new UsageError(`--mount ${given}: more than ${OCTETS_MAX} octets; mount a smaller folder`);
      if (file.text === null) visit(path);
    }
  };
  visit("");
  return files;
}

/** One file or directory. A link is what it leads to, if that is in the folder. */
function read(root: string, path: string, given: string, io: Io): MountedFile {
  const full = join(root, path);
  const refuse = (why: string): MountedFile => {
    io.stderr(`vethsim: --mount ${given}: ${path} ${why}\n`);
    return { path, mode: 0o000, text: "", errno: "EACCES" };
  };
  try {
    const isLink = lstatSync(full).isSymbolicLink();
    if (isLink && !realpathSync(full).startsWith(root + sep))
      return refuse("leads out of the folder and is not followed");
    const stat = statSync(full);
    const mode = stat.mode & 0o777;
    if (stat.isDirectory())
      return isLink ? refuse("is a link to a directory and is not followed") : { path, mode, text: null };
    if (!stat.isFile()) return refuse("is no plain file");
    if (stat.size > FILE_OCTETS_MAX)
      return { ...refuse(`is larger than ${FILE_OCTETS_MAX} octets`), errno: "EFBIG" };
    return { path, mode, text: decode(readFileSync(full)) };
  } catch (error) {
    return refuse(`cannot be read: ${error instanceof Error ? error.message.split(",")[0] : ""}`);
  }
}
