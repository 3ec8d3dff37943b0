/** Sessions for tests: two hosts on a wire, what is written gathered, Ctrl-C at a virtual time. */
import { Session, type SessionOptions } from "../../src/shell/session.ts";

export const PAIR = {
  name: "pair.sh",
  text: `ip netns add blue
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns blue
ip addr add 10.0.0.1/24 dev v0 && ip link set v0 up
ip -n blue addr add 10.0.0.2/24 dev v1 && ip -n blue link set v1 up
`,
};

export class Person {
  text = "";
  /** Virtual time at which Ctrl-C is pressed once. */
  interruptAt = Number.POSITIVE_INFINITY;
  session!: Session;

  static async at(options: Partial<SessionOptions> = {}, slice: number | null = null): Promise<Person> {
    const person = new Person();
    const write = (text: string) => {
      person.text += text;
    };
    person.session = await Session.open({
      stdout: write,
      stderr: write,
      setup: PAIR,
      pace: {
        slice,
        pause: async (now, isLive) => {
          if (!isLive || now < person.interruptAt) return;
          person.interruptAt = Number.POSITIVE_INFINITY;
          await person.session.interrupt();
        },
      },
      ...options,
    });
    return person;
  }

  /** Types lines and gives what is written meanwhile. */
  async type(...lines: string[]): Promise<string> {
    this.text = "";
    for (const line of lines) await this.session.type(line);
    return this.text;
  }

  /** What is written while something else is done. */
  async during(action: () => Promise<unknown>): Promise<string> {
    this.text = "";
    await action();
    return this.text;
  }

  /** Types a line and presses Ctrl-C after a while. */
  async interrupted(line: string, after: number): Promise<string> {
    this.interruptAt = this.session.now + after;
    return this.type(line);
  }

  /** Closes the session and gives its log. */
  close(): Uint8Array {
    this.session.close();
    return this.session.logBytes();
  }
}
