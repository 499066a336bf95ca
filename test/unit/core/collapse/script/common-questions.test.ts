/** Faults and habits of scripts as people write them in questions: labels, saved nets, Albumentations, short trainings. */
import { describe, expect, it } from 'vitest';
import { accusations } from './accusations';

const rules = async (source: string, classes = 4): Promise<string[]> =>
  (await accusations(source, classes)).map((one) => one.split(' ')[0]!);

const folder = (loss: string, label: string, between = '', units = 'len(train.class_names)'): string =>
  `import tensorflow as tf
from tensorflow.keras import layers
train = tf.keras.utils.image_dataset_from_directory('data', image_size=(96, 96)${label})
${between}
net = tf.keras.Sequential([layers.Rescaling(1 / 255), layers.Conv2D(16, 3, activation='relu'), layers.GlobalAveragePooling2D(), layers.Dense(${units}, activation='softmax')])
net.compile(optimizer='adam', loss=${loss}, metrics=['accuracy'])
net.fit(train, epochs=30)
`;

describe('labels in another form than the loss expects', () => {
  it.each([
    ["'categorical_crossentropy'", '', ''],
    ["'categorical_crossentropy'", ", label_mode='int'", 'train = train.cache().shuffle(99).prefetch(2)'],
    ['tf.keras.losses.CategoricalCrossentropy()', '', ''],
    ["'sparse_categorical_crossentropy'", ", label_mode='categorical'", ''],
    ['tf.keras.losses.SparseCategoricalCrossentropy()', ", label_mode='categorical'", 'train = train.prefetch(2)'],
  ])('%s with %j', async (loss, label, between) => {
    expect(await accusations(folder(loss, label, between))).toContain('labels-of-another-form 6');
  });

  it.each([
    ["'sparse_categorical_crossentropy'", '', ''],
    ["'categorical_crossentropy'", ", label_mode='categorical'", ''],
    ["'categorical_crossentropy'", '', 'train = train.map(lambda x, y: (x, tf.one_hot(y, 4)))'],
    ["'sparse_categorical_crossentropy'", ", label_mode='categorical'", 'train = train.map(to_numbers)'],
    ["'categorical_crossentropy'", ', labels=None', ''],
    ["'categorical_crossentropy'", ', label_mode=MODE', ''],
  ])('is not said of %s with %j and %j', async (loss, label, between) => {
    expect(await rules(folder(loss, label, between))).not.toContain('labels-of-another-form');
  });

  it('is found with generators of frames, and says both ways out', async () => {
    const source = `from keras.preprocessing.image import ImageDataGenerator
from keras.models import Sequential
from keras.layers import *
gen = ImageDataGenerator(rescale=1./255)
train = gen.flow_from_dataframe(df, 'images', x_col='file', y_col='label', class_mode='sparse')
net = Sequential()
net.add(Conv2D(16, (3, 3), activation='relu', input_shape=(256, 256, 3)))
net.add(GlobalAveragePooling2D())
net.add(Dense(4, activation='softmax'))
net.compile('adam', 'categorical_crossentropy', metrics=['acc'])
net.fit_generator(train, epochs=30)
`;
    expect((await accusations(source, 4, true)).join()).toContain(
      'Use sparse_categorical_crossentropy, or class_mode="categorical".',
    );
  });
});

const saved = (save: string, load: string, use: string): string => `import cv2, numpy as np
from tensorflow.keras.models import Sequential, load_model
from tensorflow.keras.layers import *
from tensorflow.keras.callbacks import ModelCheckpoint
from tensorflow.keras.preprocessing.image import ImageDataGenerator, load_img, img_to_array
PATH = 'best.h5'
train = ImageDataGenerator(rescale=1./255).flow_from_directory('data', target_size=(64, 64))
net = Sequential([Conv2D(16, 3, activation='relu', input_shape=(64, 64, 3)), GlobalAveragePooling2D(), Dense(4, activation='softmax')])
net.compile('adam', 'categorical_crossentropy')
keep = [ModelCheckpoint(PATH, save_best_only=True)]
net.fit(train, epochs=30, callbacks=keep)
${save}
model = ${load}
x = ${use}
print(model.predict(x))
`;
const RAW = "np.expand_dims(img_to_array(load_img('new.jpg', target_size=(64, 64))), 0)";

describe('a net that is saved and loaded again', () => {
  it.each([
    ["net.save('a.h5')", "load_model('a.h5')"],
    ['net.save(PATH)', 'load_model(PATH)'],
    ['', 'load_model(PATH)'],
  ])('is the trained one: %j, %j', async (save, load) => {
    expect(await rules(saved(save, load, RAW))).toContain('prediction-scaled-otherwise');
    expect(await rules(saved(save, load, `${RAW} / 255.`))).toEqual([]);
  });

  it.each([
    ["net.save('a.h5')", "load_model('b.h5')"],
    ['', "load_model('faces.h5')"],
    ['', 'load_model(sys.argv[1])'],
  ])('is another one: %j, %j', async (save, load) => {
    expect(await rules(saved(save, load, RAW))).toEqual([]);
  });
});

const albumentations = (image: string, list: string, after = ''): string => `import albumentations as A
from albumentations.pytorch import ToTensorV2
import cv2, numpy as np, torch
from torch import nn
from torch.utils.data import Dataset, DataLoader
from torchvision import models
class Leaves(Dataset):
    def __init__(self, df, tf):
        self.df, self.tf = df, tf
    def __len__(self):
        return len(self.df)
    def __getitem__(self, i):
        image = cv2.cvtColor(cv2.imread(self.df.iloc[i].path), cv2.COLOR_BGR2RGB)
        ${image}
        image = self.tf(image=image)['image']
        ${after}
        return image, self.df.iloc[i].label
tf = A.Compose([A.Resize(224, 224), ${list}, ToTensorV2()])
train = DataLoader(Leaves(df, tf), batch_size=16, shuffle=True)
net = models.resnet18(pretrained=True)
net.fc = nn.Linear(512, 4)
opt = torch.optim.Adam(net.parameters(), 1e-4)
crit = nn.CrossEntropyLoss()
for epoch in range(30):
    for x, y in train:
        opt.zero_grad()
        crit(net(x), y).backward()
        opt.step()
`;

describe('images that are scaled before Albumentations', () => {
  it.each([
    ['image = image / 255.0', 'A.Normalize()'],
    ['image = image.astype(np.float32) / 255', 'A.Normalize(mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))'],
    ['image = (image / 255.).astype("float32")', 'A.HorizontalFlip(), A.Normalize(max_pixel_value=255.0)'],
  ])('are scaled twice: %s, %s', async (image, list) => {
    expect(await accusations(albumentations(image, list))).toEqual(['scaled-twice 14']);
  });

  it.each([
    ['pass', 'A.Normalize()'],
    ['image = image / 255.0', 'A.Normalize(max_pixel_value=1.0)'],
    ['image = image / 255.0', 'A.HorizontalFlip()'],
    ['image = image / 255.0', "A.Normalize(normalization='image')"],
    ['image = image / 2', 'A.Normalize()'],
  ])('are not said to be: %s, %s', async (image, list) => {
    expect(await rules(albumentations(image, list))).not.toContain('scaled-twice');
  });

  it('may be scaled after it, without Normalize', async () => {
    expect(await rules(albumentations('pass', 'A.HorizontalFlip()', 'image = image / 255.0'))).toEqual([]);
  });
});

describe('images that are validated without the Normalize of the training', () => {
  const validated = (list: string, after = ''): string => `${albumentations('pass', 'A.Normalize()', after)}
net.eval()
with torch.no_grad():
    for x, y in DataLoader(Leaves(held, A.Compose([A.Resize(224, 224), ${list}ToTensorV2()])), batch_size=16):
        hits = (net(x).argmax(1) == y).sum()
`;

  it('stay 0 to 255, as ToTensorV2 does not scale', async () => {
    expect(await rules(validated(''))).toEqual(['prediction-scaled-otherwise']);
    expect(await rules(validated('A.HorizontalFlip(), '))).toEqual(['prediction-scaled-otherwise']);
  });

  it('may be scaled elsewhere', async () => {
    expect(await rules(validated('A.Normalize(), '))).toEqual([]);
    expect(await rules(validated('A.ToFloat(), '))).toEqual([]);
    expect(await rules(validated('*scaling, '))).toEqual([]);
    expect(await rules(validated('', 'image = image if image.max() < 9 else image / 255'))).toEqual([]);
  });
});

const short = (make: string, epochs: number): string => `import torch, timm
from torch import nn
from torchvision import datasets, transforms, models
from torch.utils.data import DataLoader
tf = transforms.Compose([transforms.ToTensor(), transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])
train = DataLoader(datasets.ImageFolder('data', tf), batch_size=32, shuffle=True)
${make}
opt = torch.optim.AdamW(net.parameters(), lr=3e-4)
crit = nn.CrossEntropyLoss()
for epoch in range(${epochs}):
    for x, y in train:
        opt.zero_grad()
        crit(net(x), y).backward()
        opt.step()
`;
const RESNET = 'net = models.resnet18(weights="DEFAULT")\nnet.fc = nn.Linear(512, 4)';

describe('a short training', () => {
  it('is enough for a pretrained net, and for one that may be pretrained', async () => {
    // 600 images in batches of 32: 19 updates per epoch.
    expect(await rules(short(RESNET, 3))).toEqual([]);
    expect(await rules(short("net = timm.create_model('resnet50', pretrained=True, num_classes=4)", 2))).toEqual([]);
    expect(await rules(short('from nets import build\nnet = build()', 2))).toEqual([]);
  });

  it('is too short for a net from scratch, and one epoch for any', async () => {
    const scratch =
      'net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 4))';
    expect(await rules(short(scratch, 3))).toEqual(['too-few-steps']);
    const keras = (epochs: number): string => `import tensorflow as tf
from tensorflow.keras import layers
train = tf.keras.utils.image_dataset_from_directory('data', image_size=(96, 96))
base = tf.keras.applications.EfficientNetB0(include_top=False)
base.trainable = False
net = tf.keras.Sequential([base, layers.GlobalAveragePooling2D(), layers.Dense(4, activation='softmax')])
net.compile('adam', 'sparse_categorical_crossentropy')
net.fit(train, epochs=${epochs})
`;
    expect(await rules(keras(1))).toEqual(['too-few-steps']);
    expect(await rules(keras(2))).toEqual([]);
  });
});

const own = (read: string, layers = 'nn.Conv2d(3, 16, 5), nn.ReLU()', between = ''): string => `import torch, cv2, os
from torch import nn
from torch.utils.data import Dataset, DataLoader
from torchvision.io import read_image
class Images(Dataset):
    def __init__(self, root):
        self.items = [(f'{root}/{c}/{f}', i) for i, c in enumerate(sorted(os.listdir(root))) for f in os.listdir(f'{root}/{c}')]
    def __len__(self):
        return len(self.items)
    def __getitem__(self, i):
        path, y = self.items[i]
        x = ${read}
        return x, y
net = nn.Sequential(${layers}, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 2))
train = DataLoader(Images('train'), batch_size=16, shuffle=True)
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
crit = nn.CrossEntropyLoss()
for epoch in range(30):
    for x, y in train:
        ${between}
        opt.zero_grad()
        crit(net(x), y).backward()
        opt.step()
`;
const CV = 'torch.from_numpy(cv2.resize(cv2.imread(path), (64, 64))).permute(2, 0, 1).float()';

describe('images of a data set of its own', () => {
  it.each([CV, 'read_image(path).float()', 'torch.tensor(cv2.imread(path), dtype=torch.float32).permute(2, 0, 1)'])(
    'are 0 to 255: %s',
    async (read) => {
      expect(await accusations(own(read))).toEqual(['raw-input 12']);
    },
  );

  it.each([
    [`${CV} / 255.`, undefined, ''],
    ['(read_image(path).float() - 120) / self.std', undefined, ''],
    ['self.transform(cv2.imread(path))', undefined, ''],
    ['load(path)', undefined, ''],
    [CV, undefined, 'x = x.div(255)'],
    [CV, undefined, 'x = F.normalize(x)'],
    [CV, 'nn.BatchNorm2d(3), nn.Conv2d(3, 16, 5), nn.ReLU()', ''],
  ])('are not accused: %s, %s, %s', async (read, layers, between) => {
    expect(await rules(own(read, layers, between), 2)).toEqual([]);
  });
});
