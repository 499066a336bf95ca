/** How the user's network is run, in sentences. */
import type { NetworkOutput, NormalizationName, Pooling } from '../../contract/model/backbone';
import { integer } from '../text/numbers';
import { quoted } from '../text/names';
import { NORMALIZATIONS } from './normalization';

/** How something about a network became known. `config` is Hugging Face's preprocessor_config.json. */
export type FoundBy = 'file' | 'config' | 'name' | 'chosen' | 'assumed';

const BY: Readonly<Record<FoundBy, string>> = {
  file: 'as its file says',
  config: 'as preprocessor_config.json beside it says',
  name: 'guessed from its name',
  chosen: 'as you chose',
  assumed: 'assumed, because nothing says so',
};

const POOLED: Readonly<Record<Pooling, string>> = {
  row: 'the output',
  'first-token': 'the first token of the output',
  'mean-of-tokens': 'the mean of all tokens of the output',
  'mean-of-positions': 'the mean over all positions of the output',
};

interface Found {
  readonly side: { readonly value: number; readonly by: FoundBy };
  /** The name is null where the numbers are those of a file. */
  readonly normalization: { readonly name: NormalizationName | null; readonly by: FoundBy };
  /** Whether the network takes bytes, which are not normalized. */
  readonly bytes: boolean;
  readonly output: NetworkOutput;
  /** Whether the output is probably the scores of a classifier. */
  readonly classifier: boolean;
}

export function backboneNotes({ side, normalization, bytes, output, classifier }: Found): string[] {
  const { name, by } = normalization;
  const scaled = name === null ? 'Pixels are normalized' : `Pixels are normalized to ${NORMALIZATIONS[name].words}`;
  return [
    `Pictures are read at ${side.value} × ${side.value} pixels, ${BY[side.by]}.`,
    bytes ? 'Pixels are given as bytes, as its file says.' : `${scaled}, ${BY[by]}.`,
    `The embedding is ${POOLED[output.pooling]} ${quoted(output.name)}: ${integer(output.width)} numbers for each image.`,
    ...(classifier
      ? ['These are probably the scores of a classifier. An export without its last layer usually tells more.']
      : []),
  ];
}
