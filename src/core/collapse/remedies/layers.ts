/** Remedies for single layers: their initialization, their activation, and dropout in the wrong place. */
import { removeKeyword, removeStatement, replace, statementOf, type CodeEdit } from './edit';
import { callsNamed, removeLayer, type CodeRemedy, type Way } from './remedy';

export const lastDropoutRemedy: CodeRemedy = {
  rules: ['dropout-after-output'],
  reason: () => 'Dropout belongs before the last layer, not after the outputs.',
  ways: (ailment) =>
    callsNamed(ailment, /^(Dropout|Dropout2d|dropout)$/)
      .reverse()
      .flatMap((call): Way[] => removeLayer(ailment, call)),
};

const INITIALIZERS = ['kernel_initializer', 'kernel_init'];
/** The functions of torch.nn.init that give useless weights, and the methods that fill weights in place. */
const INIT_FUNCTION = /^(zeros_|ones_|constant_|normal_|uniform_|trunc_normal_)$/;
const IN_PLACE = /^(zero_|fill_|normal_|uniform_)$/;

export const initRemedy: CodeRemedy = {
  rules: ['zero-init', 'huge-init'],
  reason: () => 'The default initialization of the layer fits its size.',
  ways: (ailment) => {
    const layers = callsNamed(ailment, /./);
    const edits = layers.flatMap((call) =>
      INITIALIZERS.flatMap((keyword) => (call.keywords.has(keyword) ? [removeKeyword(call, keyword)] : [])),
    );
    const inits = callsNamed(ailment, INIT_FUNCTION).flatMap(({ node, positional: [weights] }): CodeEdit[] => {
      const callee = node.field('function')?.text;
      const bias = weights?.text.endsWith('bias') ?? true;
      return weights && callee !== undefined && !bias
        ? [replace(node, `${callee.replace(/\w+$/, 'kaiming_normal_')}(${weights.text})`)]
        : [];
    });
    const fills = callsNamed(ailment, IN_PLACE).flatMap(({ node }): CodeEdit[] => {
      const object = node.field('function')?.field('object')?.text ?? '';
      const statement = /\bweight\b/.test(object) ? statementOf(ailment.script, node) : null;
      const edit = statement && removeStatement(ailment.script, ailment.code, statement);
      return edit ? [edit] : [];
    });
    return [edits, inits, fills, [...edits, ...inits, ...fills]].filter((way) => way.length > 0);
  },
};

export const hiddenActivationRemedy: CodeRemedy = {
  rules: ['saturating-activation'],
  reason: () => 'ReLU passes the gradient on unchanged where it is active.',
  ways: (ailment) => {
    const layers = callsNamed(ailment, /^(Dense|Conv2D|Convolution2D)$/);
    const hidden = layers.slice(0, -1).flatMap((call) => call.keywords.get('activation') ?? []);
    const named = callsNamed(ailment, /^(Sigmoid|sigmoid|Tanh|tanh)$/).flatMap(
      (call) => call.node.field('function') ?? [],
    );
    return [
      hidden.map((node) => replace(node, "'relu'")),
      named.map((node) =>
        replace(
          node,
          node.text.replace(/\w+$/, (name) => (/^[A-Z]/.test(name) ? 'ReLU' : 'relu')),
        ),
      ),
    ].filter((way) => way.length > 0);
  },
};
