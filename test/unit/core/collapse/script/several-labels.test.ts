/** Binary cross-entropy where an image may have several labels at once. */
import { describe, expect, it } from 'vitest';
import { accusations } from './accusations';
import { HEAD, net, torchScript, TRANSFORMS } from './torch-scripts';

const torch = (label: string): string =>
  torchScript({
    head: `${HEAD}\nimport pandas as pd\nfrom PIL import Image\nfrom torch.utils.data import Dataset\nLABELS = ['cat', 'dog', 'emu']`,
    transforms: TRANSFORMS,
    loaders: `class Pictures(Dataset):
    def __init__(self, table):
        self.table = pd.read_csv(table)
    def __len__(self):
        return len(self.table)
    def __getitem__(self, i):
        row = self.table.iloc[i]
        return tf(Image.open(row['file']).convert('RGB')), ${label}
train_loader = DataLoader(Pictures('train.csv'), batch_size=16, shuffle=True)
test_loader = DataLoader(Pictures('test.csv'), batch_size=16)`,
    net: net('z', '3'),
    loss: 'nn.BCEWithLogitsLoss()',
  });
const keras = (columns: string): string => `import pandas as pd
from tensorflow.keras import Sequential
from tensorflow.keras.layers import *
from tensorflow.keras.preprocessing.image import ImageDataGenerator
feed = ImageDataGenerator(rescale=1 / 255.).flow_from_dataframe(pd.read_csv('train.csv'), 'd', x_col='file', ${columns})
net = Sequential([Conv2D(16, 3, activation='relu'), GlobalAveragePooling2D(), Dense(3, activation='sigmoid')])
net.compile('adam', 'binary_crossentropy')
net.fit(feed, epochs=300)
`;

describe('binary cross-entropy over several classes', () => {
  it.each([
    ['columns of a table', torch("torch.tensor(row[LABELS].values.astype('float32'))")],
    ['columns of a table, in Keras', keras("y_col=['cat', 'dog', 'emu'], class_mode='raw'")],
  ])('is no fault with %s', async (_, source) => {
    expect(await accusations(source, 3)).toEqual([]);
  });

  it.each([
    ['one column', torch("F.one_hot(torch.tensor(row['label']), 3).float()")],
    [
      'two columns, one of which names the image',
      torch("F.one_hot(torch.tensor(row[['file', 'label']].iloc[1]), 3).float()"),
    ],
    ['one column, in Keras', keras("y_col='label', class_mode='categorical'")],
  ])('is one with %s', async (_, source) => {
    expect((await accusations(source, 3)).map((one) => one.split(' ')[0])).toContain('binary-loss-on-classes');
  });
});
