/** Names of days, patients, places, cameras and recordings, which no class has. */

/** A date with year, month and day, alone or before a time or a number: `2021-03-01`, `20210301_1`, `01.03.2021`. */
const DATE =
  /^((19|20)\d\d[-_. ]?(0[1-9]|1[0-2])[-_. ]?(0[1-9]|[12]\d|3[01])|([012]?\d|3[01])[-_. ]([012]?\d|3[01])[-_. ](19|20)\d\d)([-_. tT]?\d+)*$/;
const SESSION =
  /^(patient|subject|case|site|hospital|scanner|session|day|visit|flight)([-_ ]?\d+|[-_ ][a-z])([-_ ]\p{L}+[-_ ]?\d+)*$/iu;

/** The folders of a camera: three digits and five letters, digits or lines, such as `100APPLE`. */
const OF_CAMERA = /^[1-9]\d\d(?=\w*[A-Z])[A-Z\d_]{5}$/;

/** What DICOM calls a study, a series or an image: `1.3.6.1.4.1.9590.100.1.2`. */
const UID = /^\d+(\.\d+){5,}$/;

/** Whether the names are those of days, patients, places, visits or cameras, which no class has. */
export const areSessions = (names: readonly string[]): boolean =>
  names.length > 1 &&
  names.every((name) => DATE.test(name) || SESSION.test(name) || UID.test(name) || OF_CAMERA.test(name));

/** Whether the names are those of days, or of the folders of a camera. */
export const areDays = (names: readonly string[]): boolean =>
  names.length > 1 && names.every((name) => DATE.test(name) || OF_CAMERA.test(name));

const RECORDING =
  /^(video|clip|sequence|seq|scene|track|burst|specimen|individual|donor|slide|series|study|exam|run)[-_ ]?\d+$/i;

/** Whether the names, inside of classes, are those of recordings or of what was recorded: `video_1`, `specimen 7`. */
export const areRecordings = (names: readonly string[]): boolean =>
  names.length > 1 && names.every((name) => RECORDING.test(name));

/** Whether the names are those of patients, sites or years, not of classes: `patient_7`, `10251`, `2019`. */
export function areGroups(names: readonly string[]): boolean {
  const isGroup = (name: string) =>
    /^([1-9]\d{3,}|(patient|subject|case|slide|site|hospital|scanner)[-_ ]?\d+)$/i.test(name);
  return names.length > 1 && names.every(isGroup);
}

const DAY =
  /(?<!\d)((19|20)\d\d[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])|([012]?\d|3[01])[-_.]([012]?\d|3[01])[-_.](19|20)\d\d)(?!\d)/;

/** A name without the day in it: `control` of `2023-04-12 control`; null for names without a day. */
export function withoutDay(name: string): string | null {
  const rest = name
    .replace(DAY, ' ')
    .replace(/[-_. ]+/g, ' ')
    .trim();
  return DAY.test(name) && rest !== '' ? rest : null;
}
