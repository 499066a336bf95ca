/**
 * Reads Python pickles of plain values and NumPy arrays, as CIFAR and the German traffic signs are published (protocols 2
 * to 5, https://docs.python.org/3/library/pickletools.html). No code of the pickle is run: classes and functions other
 * than those that make a NumPy array or bytes are refused.
 */
import { latin } from '../images/formats';

/** A NumPy array; its elements are in C order. */
export interface PickledArray {
  /** As NumPy writes it: `|u1`, `<i8`. */
  readonly type: string;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

export type Pickled =
  null | boolean | number | string | Uint8Array | PickledArray | readonly Pickled[] | ReadonlyMap<Pickled, Pickled>;

/** What can be on the stack while a pickle is read. */
type Item = Pickled | List | Dictionary | Callable | Building | typeof MARK;

/**
 * More steps are refused. The largest published files, lists of 50,000 labels and file names, take some 300,000, and each
 * step may put an object of 200 bytes into memory.
 */
const MOST_STEPS = 5_000_000;

const MARK = Symbol('mark');
class List {
  readonly items: Item[] = [];
}
class Dictionary {
  readonly entries = new Map<Item, Item>();
}
class Callable {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}
/** An array or its type, filled by the state that follows. */
class Building {
  readonly what: 'array' | 'type';
  type: string;
  array: PickledArray | null = null;
  constructor(what: Building['what'], type: string) {
    this.what = what;
    this.type = type;
  }
}

const RECONSTRUCT = /^numpy\.(core|_core)\.multiarray _reconstruct$/;
const FROM_BUFFER = /^numpy\.(core|_core)\.numeric _frombuffer$/;

const isBytes = (item: Item | undefined): item is Uint8Array => item instanceof Uint8Array;
const textOf = (item: Item | undefined): string => {
  if (isBytes(item)) return latin(item, 0, item.length);
  return typeof item === 'string' ? item : '';
};
const itemsOf = (item: Item | undefined): readonly Item[] =>
  item instanceof List ? item.items : Array.isArray(item) ? (item as readonly Item[]) : [];
const isShape = (items: readonly Item[]): items is number[] => items.every((one) => typeof one === 'number');

function latinBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
}

/** What a call makes, for the few calls that make arrays, types and bytes. */
function called(callable: Item | undefined, args: readonly Item[]): Item {
  const name = callable instanceof Callable ? callable.name : '';
  if (RECONSTRUCT.test(name)) return new Building('array', '');
  if (name === 'numpy dtype') return new Building('type', textOf(args[0]));
  if (name === '_codecs encode') return typeof args[0] === 'string' ? latinBytes(args[0]) : (args[0] ?? null);
  if (FROM_BUFFER.test(name)) {
    const building = new Building('array', '');
    const [data, type, shape] = args;
    fill(building, [null, shape ?? null, type ?? null, textOf(args[3]) === 'F', data ?? null]);
    return building;
  }
  if (name === '__builtin__ bytes' || name === 'builtins bytes') return isBytes(args[0]) ? args[0] : new Uint8Array();
  throw new Error(`it contains an object of ${name.replace(' ', '.')}, which is not read for safety`);
}

function fill(building: Building, state: readonly Item[]): void {
  if (building.what === 'type') {
    const order = textOf(state[1]);
    if (order === '<' || order === '>') building.type = order + building.type;
    return;
  }
  const [, shape, type, fortran, data] = state;
  const sizes = itemsOf(shape);
  if (!(type instanceof Building) || !isShape(sizes) || !isBytes(data))
    throw new Error('it contains an array of Python objects, which are not read for safety');
  if (fortran === true && sizes.length > 1)
    throw new Error('it has an array that is stored column by column (Fortran order)');
  building.array = { type: /^[<>|]/.test(type.type) ? type.type : `|${type.type}`, shape: sizes, data };
}

/**
 * @param known the values that were already made, because one item may occur many times
 */
function plain(item: Item | undefined, known = new Map<Item, Pickled>(), depth = 0): Pickled {
  if (depth > 50) throw new Error('it is nested too deeply');
  if (item instanceof Building) return item.array;
  if (item instanceof Callable || typeof item === 'symbol' || item === undefined) return null;
  if (!(item instanceof List || item instanceof Dictionary || Array.isArray(item))) return item;
  const before = known.get(item);
  if (before !== undefined) return before;
  const inner = (one: Item): Pickled => plain(one, known, depth + 1);
  const made =
    item instanceof Dictionary
      ? new Map([...item.entries].map(([key, value]) => [inner(key), inner(value)]))
      : itemsOf(item).map(inner);
  known.set(item, made);
  return made;
}

/**
 * @param decode bytes of UTF-8 to text
 * @throws Error that says what is wrong with the file
 */
export function readPickle(bytes: Uint8Array, decode: (bytes: Uint8Array) => string): Pickled {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stack: Item[] = [];
  const memo = new Map<number, Item>();
  let at = 0;
  const take = (count: number): Uint8Array => {
    if (count < 0 || at + count > bytes.length) throw new Error('it ends early');
    at += count;
    return bytes.subarray(at - count, at);
  };
  const u1 = (): number => take(1)[0]!;
  const number = (size: 2 | 4 | 8): number => {
    const from = at;
    take(size);
    if (size === 2) return view.getUint16(from, true);
    return size === 4 ? view.getUint32(from, true) : Number(view.getBigUint64(from, true));
  };
  const signed = (count: number): number => {
    const own = take(count);
    return own.reduce((sum, byte, i) => sum + byte * 256 ** i, 0) - ((own[count - 1] ?? 0) > 127 ? 256 ** count : 0);
  };
  const line = (): string => {
    const end = bytes.indexOf(10, at);
    if (end < 0) throw new Error('it ends early');
    const text = latin(bytes, at, end);
    at = end + 1;
    return text;
  };
  const pop = (): Item => {
    if (stack.length === 0) throw new Error('it is damaged');
    return stack.pop()!;
  };
  const popMark = (): Item[] => {
    const mark = stack.lastIndexOf(MARK);
    if (mark < 0) throw new Error('it is damaged');
    const items = stack.splice(mark);
    return items.slice(1);
  };
  const last = (count: number): Item[] => {
    if (stack.length < count) throw new Error('it is damaged');
    return stack.splice(stack.length - count);
  };
  const append = (items: readonly Item[]): void => {
    const list = stack.at(-1);
    if (list instanceof List) for (const one of items) list.items.push(one);
  };
  const set = (items: readonly Item[]): void => {
    const dictionary = stack.at(-1);
    if (dictionary instanceof Dictionary)
      for (let i = 0; i + 1 < items.length; i += 2) dictionary.entries.set(items[i]!, items[i + 1]!);
  };
  for (let step = 0; ; step++) {
    if (step > MOST_STEPS) throw new Error('it has too many values; save its arrays with numpy.savez');
    const code = u1();
    switch (String.fromCharCode(code)) {
      case '\x80':
        take(1);
        break;
      case '\x95':
        take(8);
        break;
      case '.':
        return plain(pop());
      case '(':
        stack.push(MARK);
        break;
      case '}':
        stack.push(new Dictionary());
        break;
      case ']':
        stack.push(new List());
        break;
      case ')':
        stack.push([]);
        break;
      case 't':
        stack.push(popMark() as Pickled[]);
        break;
      case '\x85':
      case '\x86':
      case '\x87':
        stack.push(last(code - 0x84) as Pickled[]);
        break;
      case 'a':
        append([pop()]);
        break;
      case 'e':
        append(popMark());
        break;
      case 's':
        set(last(2));
        break;
      case 'u':
        set(popMark());
        break;
      case 'q':
        memo.set(u1(), stack.at(-1) ?? null);
        break;
      case 'r':
        memo.set(number(4), stack.at(-1) ?? null);
        break;
      case '\x94':
        memo.set(memo.size, stack.at(-1) ?? null);
        break;
      case 'h':
        stack.push(memo.get(u1()) ?? null);
        break;
      case 'j':
        stack.push(memo.get(number(4)) ?? null);
        break;
      case 'X':
        stack.push(decode(take(number(4))));
        break;
      case '\x8c':
        stack.push(decode(take(u1())));
        break;
      case '\x8d':
        stack.push(decode(take(number(8))));
        break;
      case 'U':
      case 'C':
        stack.push(take(u1()));
        break;
      case 'T':
      case 'B':
        stack.push(take(number(4)));
        break;
      case '\x8e':
      case '\x96':
        stack.push(take(number(8)));
        break;
      case 'K':
        stack.push(u1());
        break;
      case 'M':
        stack.push(number(2));
        break;
      case 'J':
        stack.push(signed(4));
        break;
      case '\x8a':
        stack.push(signed(u1()));
        break;
      case 'I': {
        const text = line();
        stack.push(text === '01' ? true : text === '00' ? false : Number(text));
        break;
      }
      case 'G':
        take(8);
        stack.push(view.getFloat64(at - 8));
        break;
      case 'N':
        stack.push(null);
        break;
      case '\x88':
      case '\x89':
        stack.push(code === 0x88);
        break;
      case 'c':
        stack.push(new Callable(`${line()} ${line()}`));
        break;
      case '\x93': {
        const [module, name] = last(2);
        stack.push(new Callable(`${textOf(module)} ${textOf(name)}`));
        break;
      }
      case '\x81':
      case 'R': {
        const [callable, args] = last(2);
        stack.push(called(callable, itemsOf(args)));
        break;
      }
      case 'b': {
        const state = pop();
        const target = stack.at(-1);
        if (target instanceof Building) fill(target, itemsOf(state));
        break;
      }
      case '0':
        pop();
        break;
      default:
        throw new Error(`it contains the pickle code ${code}, which is not read`);
    }
  }
}

/** The values of a dictionary by their names; null for other values. Python 2 writes names as bytes. */
export function namedValues(value: Pickled): ReadonlyMap<string, Pickled> | null {
  return value instanceof Map ? new Map([...value].map(([key, one]) => [textOf(key as Item), one as Pickled])) : null;
}

export const pickledText = (value: Pickled): string => textOf(value);
export const isPickledArray = (value: Pickled): value is PickledArray =>
  typeof value === 'object' && value !== null && 'shape' in value && 'data' in value;
