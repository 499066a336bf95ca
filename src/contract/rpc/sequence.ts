/**
 * Sends frames over a text connection that may break, for example a WebSocket. Each side numbers its frames and keeps
 * each of them until the other side has confirmed it. After a break, both sides continue over a new connection: what was
 * lost is sent again, and nothing is received twice.
 */
import { z } from 'zod';

/**
 * A message. `seq`: number of the frame, from 1; 0 for a message without a frame. `ack`: the highest number that the
 * sender has received. Typed arrays are as in `text-arrays`; `undefined` in an object is left out, which means the same.
 */
export const messageSchema = z.object({
  seq: z.int().nonnegative(),
  ack: z.int().nonnegative(),
  frame: z.unknown(),
});

/**
 * First message of the server on a new connection. `resumed`: an earlier connection of this page continues; otherwise
 * the server does not know the page any more, and both begin at 1. `ack` as in a message.
 */
export const welcomeSchema = z.object({ resumed: z.boolean(), ack: z.int().nonnegative() });

/** Query of a connection: a random name of the page, and the highest number that it has received. */
export const seatSchema = z.object({
  page: z.string().regex(/^[0-9a-f]{32}$/),
  seen: z.coerce.number().pipe(z.int().nonnegative()),
});

/** Largest message to the server in bytes. Tables above this size come as files. */
export const LARGEST_MESSAGE = 64_000_000;

/** Frames, and characters, after which a side that has nothing to send confirms what it received. */
const CONFIRM_FRAMES = 16;
const CONFIRM_CHARACTERS = 100_000;

interface Kept {
  readonly seq: number;
  readonly frame: string;
}

/** The frames that one side sends and receives. Frames are JSON texts. */
export class Sequence {
  #last = 0;
  #received = 0;
  #unconfirmed = { frames: 0, characters: 0 };
  #kept: Kept[] = [];
  #characters = 0;

  /** Length of all frames that the other side has not confirmed. */
  get waiting(): number {
    return this.#characters;
  }

  get received(): number {
    return this.#received;
  }

  /** Numbers a frame and keeps it. Returns the message to send. */
  add(frame: string): string {
    const kept = { seq: (this.#last += 1), frame };
    this.#kept.push(kept);
    this.#characters += frame.length;
    return this.#message(kept);
  }

  /** The other side has received every frame up to this number. */
  confirm(ack: number): void {
    const still = this.#kept.findIndex(({ seq }) => seq > ack);
    const done = this.#kept.splice(0, still < 0 ? this.#kept.length : still);
    for (const { frame } of done) this.#characters -= frame.length;
  }

  /**
   * Whether this is the next frame; it counts as received from now on.
   * @param characters length of its message
   */
  take(seq: number, characters: number): boolean {
    if (seq !== this.#received + 1) return false;
    this.#received = seq;
    this.#unconfirmed.frames += 1;
    this.#unconfirmed.characters += characters;
    return true;
  }

  /** Whether enough was received since the last message that the other side should know. */
  get owes(): boolean {
    return this.#unconfirmed.frames >= CONFIRM_FRAMES || this.#unconfirmed.characters >= CONFIRM_CHARACTERS;
  }

  /** A message that only confirms. */
  confirmation(): string {
    return this.#message({ seq: 0, frame: 'null' });
  }

  /** All messages that the other side may not have received, oldest first. */
  pending(): string[] {
    return this.#kept.map((kept) => this.#message(kept));
  }

  #message({ seq, frame }: Kept): string {
    this.#unconfirmed = { frames: 0, characters: 0 };
    return `{"seq":${seq},"ack":${this.#received},"frame":${frame}}`;
  }
}
