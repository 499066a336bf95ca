/** Where unpacked images come from, and what was left out or changed, in sentences. */
import type { Unpacked, UnpackNote } from '../../contract/model/unpacked';
import { quoted } from './names';
import { counted } from './numbers';

const leftOut = (note: UnpackNote, one: string, many: string): string =>
  note.count === 1
    ? `1 entry is left out because it ${one}: ${example(note)}.`
    : `${counted(note.count, 'entry', 'entries')} are left out because they ${many}: ${example(note)}.`;
const example = ({ count, detail }: UnpackNote): string => `${count === 1 ? '' : 'for example '}${quoted(detail)}`;

const NOTES: Readonly<Record<UnpackNote['code'], (note: UnpackNote) => string>> = {
  outside: (note) => leftOut(note, 'would be written outside of the folder', 'would be written outside of the folder'),
  'not-a-file': (note) => leftOut(note, 'is a link or another special entry', 'are links or other special entries'),
  damaged: (note) => leftOut(note, 'is damaged', 'are damaged'),
  repeated: (note) => leftOut(note, 'has the path of an earlier one', 'have the path of an earlier one'),
  broken: ({ detail }) => `Left out, or used only up to the damage: ${detail}`,
  nested: (note) =>
    `${counted(note.count, 'archive', 'archives')} inside of it ${note.count === 1 ? 'is' : 'are'} not unpacked, because there are images beside: ${example(note)}.`,
  'not-used': (note) => `Not used: ${note.count === 1 ? '' : `${counted(note.count, 'file')}, `}${example(note)}.`,
  'no-label': (note) => `${counted(note.count, 'image has', 'images have')} no label: ${example(note)}.`,
  'no-image': (note) => `${counted(note.count, 'row does', 'rows do')} not contain an image: ${example(note)}.`,
  scaled: ({ detail }) => `Values are scaled to 8 bits: ${detail}.`,
  'class-renamed': (note) =>
    `${counted(note.count, 'class has', 'classes have')} a name that cannot be the name of a folder and was changed: ${example(note)}.`,
  'labels-from': ({ detail }) => `Labels: ${detail}.`,
};

/** The first sentence names the source; then one sentence for each note. */
export function unpackedText({ source, notes }: Unpacked): string[] {
  return [
    `The images are an unpacked copy of ${source}, in Plumbline's cache folder.`,
    ...notes.map((note) => NOTES[note.code](note)),
  ];
}
