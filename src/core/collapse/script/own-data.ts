/** Data sets that a script loads by name from its library, in place of the folder that is open. */
import type { OwnData } from '../../../contract/model/recipe';
import { counted } from '../../text/numbers';
import { argument, note, type Draft } from './draft';
import { kerasNet } from './keras-net';
import { torchRun } from './pytorch-run';
import type { Call, Script, SyntaxNode } from './syntax';

interface Known {
  readonly name: string;
  /** Training images, without those of a test split. */
  readonly images: number;
  readonly classes: number;
}

/** The sizes as Keras, torchvision, TensorFlow Datasets and Hugging Face state them. All have classes of like size. */
const KNOWN: Readonly<Record<string, Known>> = {
  mnist: { name: 'MNIST', images: 60_000, classes: 10 },
  fashionmnist: { name: 'Fashion-MNIST', images: 60_000, classes: 10 },
  kmnist: { name: 'KMNIST', images: 60_000, classes: 10 },
  qmnist: { name: 'QMNIST', images: 60_000, classes: 10 },
  cifar10: { name: 'CIFAR-10', images: 50_000, classes: 10 },
  cifar100: { name: 'CIFAR-100', images: 50_000, classes: 100 },
  stl10: { name: 'STL-10', images: 5000, classes: 10 },
  catsvsdogs: { name: 'Cats vs. Dogs', images: 23_262, classes: 2 },
  rockpaperscissors: { name: 'Rock, Paper, Scissors', images: 2520, classes: 3 },
  horsesorhumans: { name: 'Horses or Humans', images: 1027, classes: 2 },
  beans: { name: 'Beans', images: 1034, classes: 3 },
  digits: { name: 'the digits of scikit-learn', images: 1797, classes: 10 },
};

/** Data sets of torchvision that are known by name alone: their sizes depend on arguments, or their classes are uneven. */
const NAMED =
  /^(EMNIST|USPS|SVHN|SEMEION|Omniglot|Caltech101|Caltech256|Country211|DTD|EuroSAT|FGVCAircraft|Flowers102|Food101|GTSRB|Imagenette|LFWPeople|OxfordIIITPet|PCAM|StanfordCars|SUN397)$/;
const TORCH = /^(MNIST|FashionMNIST|KMNIST|QMNIST|CIFAR10|CIFAR100|STL10)$/;

/** Calls that read files or folders of the user. */
const READS_FILES =
  /^(ImageFolder|DatasetFolder|flow_from_directory|flow_from_dataframe|image_dataset_from_directory|ImageDataset|imread|load_img|read_image|decode_jpeg|decode_png|decode_image|listdir|scandir|i?glob|rglob|iterdir|walk|read_csv|list_files|from_folder|from_path_func|from_name_func|from_df|from_csv|get_image_files|fromfile|loadmat|load_npz)$/;

const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

/** The name of the data set in a call that loads one; null for any other call. */
function loadedBy(script: Script, call: Call): string | null {
  if (call.local) return null;
  const [, keras] = /(?:^|\.)datasets\.(\w+)\.load_data$/.exec(call.name) ?? /^(\w+)\.load_data$/.exec(call.name) ?? [];
  if (keras !== undefined) return /^(mnist|fashion_mnist|cifar10|cifar100)$/.test(keras) ? keras : null;
  if (TORCH.test(call.last) || NAMED.test(call.last))
    return /(^|\.)(datasets?|dset|dsets|tv_datasets)\.\w+$/.test(call.name) || call.name === call.last
      ? call.last
      : null;
  const first = script.constant(argument(call, ['name', 'path'], 0));
  if (/^(tfds|tensorflow_datasets)\.(load|builder)$/.test(call.name))
    return typeof first === 'string' ? first.split(/[:/]/)[0]! : null;
  if (/^(datasets\.)?load_dataset$/.test(call.name)) {
    const files = ['data_dir', 'data_files'].some((name) => call.keywords.has(name));
    const named =
      typeof first === 'string' && !files && !/^(imagefolder|csv|json|parquet|webdataset)$|^[./~]/.test(first);
    return named ? first.split('/').at(-1)! : null;
  }
  return /^sklearn\.datasets\.load_digits$|^load_digits$/.test(call.name) ? 'digits' : null;
}

/** What the net is trained on, as far as it is known. */
function trainingParts(script: Script): ReadonlySet<SyntaxNode>[] {
  const { fit } = kerasNet(script);
  const { loop } = torchRun(script);
  const given = [fit ? argument(fit, ['x', 'generator'], 0) : null, loop?.field('right') ?? null];
  return given.flatMap((node) => (node ? [script.origins(node)] : []));
}

/**
 * The data set that a script loads from its library and trains on. Undefined if it reads files, or if both may be so:
 * the folder that is open is then taken for its data.
 */
export function readOwnData(script: Script, draft: Draft): OwnData | undefined {
  const loads = script.calls.flatMap((call) => {
    const name = loadedBy(script, call);
    return name === null ? [] : [{ call, name }];
  });
  if (loads.length === 0) return undefined;
  const files = script.calls.filter((call) => READS_FILES.test(call.last) && !call.local);
  const parts = trainingParts(script);
  const isPart = ({ node }: Call): boolean => parts.some((nodes) => nodes.has(node));
  const used = loads.filter(({ call }) => isPart(call));
  if (files.some(isPart) || (used.length === 0 && files.length > 0)) return undefined;
  const { call, name } = used[0] ?? loads[0]!;
  const known = KNOWN[plain(name)];
  const own: OwnData = { name: known?.name ?? name, images: known?.images ?? null, classes: known?.classes ?? null };
  // A data set of single files may have been downloaded into the folder that is open.
  note(
    draft,
    known
      ? `The script trains on ${known.name}, which it loads by name, and not on the images of this folder. What is said of the script counts the ${counted(known.images, 'training image')} and ${known.classes} classes of ${known.name}.`
      : `The script trains on ${name}, which it loads by name: it is not known whether these are the images of this folder. Nothing is said that depends on the number of images or classes.`,
    call.line,
  );
  return own;
}
