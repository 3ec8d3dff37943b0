/** The command `vethsim`. */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { decode, encode } from "../core/octets.ts";
import type { Io } from "./io.ts";
import { main } from "./program.ts";

const EPIPE_STATUS = 128 + 13;

for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // The reader has gone, as `head` does: end as a program that SIGPIPE killed.
    process.exit(error.code === "EPIPE" ? EPIPE_STATUS : 2);
  });

const io: Io = {
  stdout: (text) => void process.stdout.write(encode(text)),
  stderr: (text) => void process.stderr.write(encode(text)),
  isErrTerminal: process.stderr.isTTY === true,
  readStdin: () => decode(readFileSync(0)),
  readLines: () => createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY }),
  terminal:
    process.stdin.isTTY === true && process.stdout.isTTY === true
      ? { input: process.stdin, output: process.stdout }
      : null,
  onInterrupt: (listener) => {
    process.on("SIGINT", listener);
    process.on("SIGTERM", listener);
    process.on("SIGHUP", listener);
    return () => {
      process.off("SIGINT", listener);
      process.off("SIGTERM", listener);
      process.off("SIGHUP", listener);
    };
  },
  exit: (status) => process.exit(status),
};

main(process.argv.slice(2), io).then((status) => {
  process.exitCode = status;
});
