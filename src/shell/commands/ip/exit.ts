/** Ways to leave a subcommand early. Thrown inside `ip` only and caught in its dispatch: parsing ends deep in a call, as exit(3) does. */

/** One command fails; in a batch with -force the next one runs. */
export class IpFailure extends Error {
  constructor(readonly status: number) {
    super(`ip: status ${status}`);
  }
}

/** The whole process ends, a batch with -force included: misuse of the command line. */
export class IpExit extends Error {
  constructor(readonly status: number) {
    super(`ip: exit ${status}`);
  }
}
