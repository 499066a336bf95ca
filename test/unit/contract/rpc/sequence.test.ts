import { describe, expect, it } from 'vitest';
import { Sequence, messageSchema, seatSchema } from '../../../../src/contract/rpc/sequence';

const read = (message: string) => messageSchema.parse(JSON.parse(message));

describe('frames that are sent', () => {
  it('are numbered from 1 and kept until they are confirmed', () => {
    const sequence = new Sequence();
    expect(['"a"', '"b"', '"c"'].map((frame) => read(sequence.add(frame)))).toEqual([
      { seq: 1, ack: 0, frame: 'a' },
      { seq: 2, ack: 0, frame: 'b' },
      { seq: 3, ack: 0, frame: 'c' },
    ]);
    sequence.confirm(2);
    expect(sequence.pending().map(read)).toEqual([{ seq: 3, ack: 0, frame: 'c' }]);
    sequence.confirm(3);
    expect(sequence.pending()).toEqual([]);
  });

  it('stay confirmed when an older confirmation arrives late', () => {
    const sequence = new Sequence();
    for (const frame of ['1', '2', '3']) sequence.add(frame);
    sequence.confirm(2);
    sequence.confirm(1);
    expect(sequence.pending().map((message) => read(message).seq)).toEqual([3]);
  });

  it('count with their characters until they are confirmed', () => {
    const sequence = new Sequence();
    sequence.add('"12345"');
    sequence.add('"1"');
    expect(sequence.waiting).toBe(10);
    sequence.confirm(1);
    expect(sequence.waiting).toBe(3);
    sequence.confirm(99);
    expect(sequence.waiting).toBe(0);
  });
});

describe('frames that are received', () => {
  it('are taken once and in order', () => {
    const sequence = new Sequence();
    expect([1, 1, 3, 2, 2, 3].map((seq) => sequence.take(seq, 1))).toEqual([true, false, false, true, false, true]);
    expect(sequence.received).toBe(3);
  });

  it('are confirmed by the next message, also by one that is sent again', () => {
    const sequence = new Sequence();
    sequence.add('"a"');
    sequence.take(1, 1);
    expect(sequence.pending().map(read)).toEqual([{ seq: 1, ack: 1, frame: 'a' }]);
    expect(read(sequence.confirmation())).toEqual({ seq: 0, ack: 1, frame: null });
  });

  it.each([
    ['many short ones', 16, 1],
    ['few long ones', 2, 50_000],
  ])('ask for a confirmation after %s', (_words, frames, characters) => {
    const sequence = new Sequence();
    for (let seq = 1; seq <= frames; seq += 1) {
      expect(sequence.owes).toBe(false);
      sequence.take(seq, characters);
    }
    expect(sequence.owes).toBe(true);
    sequence.confirmation();
    expect(sequence.owes).toBe(false);
  });
});

describe('two sides over a connection that breaks', () => {
  it('lose nothing and receive nothing twice, wherever it breaks', () => {
    const total = 40;
    for (let every = 1; every <= total; every += 1) {
      const [sender, receiver] = [new Sequence(), new Sequence()];
      const heard: unknown[] = [];
      const deliver = (message: string): void => {
        const { seq, frame } = read(message);
        if (receiver.take(seq, message.length)) heard.push(frame);
      };
      for (let i = 1; i <= total; i += 1) {
        const message = sender.add(String(i));
        if (i % every !== 0) {
          deliver(message);
          continue;
        }
        // This message is lost; the new connection tells what was received before.
        sender.confirm(receiver.received);
        for (const again of sender.pending()) deliver(again);
      }
      expect(heard).toEqual(Array.from({ length: total }, (_, i) => i + 1));
    }
  });
});

describe('the query of a connection', () => {
  it.each([
    [{ page: 'a'.repeat(32), seen: '7' }, true],
    [{ page: 'a'.repeat(31), seen: '7' }, false],
    [{ page: 'G'.repeat(32), seen: '7' }, false],
    [{ page: 'a'.repeat(32), seen: '-1' }, false],
    [{ page: 'a'.repeat(32), seen: '1.5' }, false],
    [{ page: 'a'.repeat(32), seen: 'x' }, false],
    [{ page: 'a'.repeat(32) }, false],
  ])('%j: %s', (query, valid) => {
    expect(seatSchema.safeParse(query).success).toBe(valid);
  });
});
